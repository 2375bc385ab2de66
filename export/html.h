/*
 * html - text and times as HTML. Whatever a text holds, it stays text: it ends no element, no attribute and no line, it turns no
 * direction and hides nothing.
 */
#ifndef EXPORT_HTML_H
#define EXPORT_HTML_H

#include "export/spool.h"

/* At most `most` characters of the text, then an ellipsis where there are more. Hazards (base/text.h), bytes that are not UTF-8
 * and code points that are no characters are shown as text_escape shows them. For elements and quoted attributes. */
void html_text(struct spool *out, struct text text, size_t most, enum text_keep keep);
void html_string(struct spool *out, const char *text, size_t most); /* NULL: nothing */

/* html_text in <bdi>, so that its direction stays within; absent or empty: `instead`, as it is. */
void html_foreign(struct spool *out, struct text text, size_t most, const char *instead);

/* A relative path as the value of href: what is not unreserved or '/' is percent-encoded (RFC 3986, 2.1). */
void html_path(struct spool *out, const char *path);

/* A base/time.h text to the second, whole in the element's attribute; with a zone (zone.h is entered) its time there and the
 * offset behind it. A text that is no time is written as foreign text. */
void html_time(struct spool *out, struct text time, bool with_zone);

/* "1,234" */
void html_count(struct spool *out, int64_t count);

#endif
