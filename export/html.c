#include "export/html.h"

#include "base/time.h"

#include <string.h>
#include <time.h>

#define ESCAPED_BYTES 32 /* of one character */

/* A page that holds these is no valid HTML, and programs differ in what they make of it. */
static bool is_no_character(uint32_t c)
{
    return (c >= 0xFDD0 && c <= 0xFDEF) || (c != TEXT_INVALID && (c & 0xFFFE) == 0xFFFE);
}

static void write_character(struct spool *out, const char *bytes, size_t used, uint32_t c,
                            enum text_keep keep)
{
    char held[ESCAPED_BYTES];
    struct buffer escaped = {.bytes = held, .capacity = sizeof held, .limit = sizeof held};
    if (c == '&')
        spool_string(out, "&amp;");
    else if (c == '<')
        spool_string(out, "&lt;");
    else if (c == '>')
        spool_string(out, "&gt;");
    else if (c == '"')
        spool_string(out, "&quot;");
    else if (c == '\'')
        spool_string(out, "&#39;");
    else if (is_no_character(c))
        spool_format(out, c > 0xFFFF ? "\\u%06x" : "\\u%04x", (unsigned)c);
    else {
        text_escape(&escaped, bytes, used, keep);
        spool_write(out, escaped.bytes, escaped.length);
    }
}

void html_text(struct spool *out, struct text text, size_t most, enum text_keep keep)
{
    size_t used, shown = 0;
    for (size_t i = 0; text.bytes && i < text.length; i += used) {
        if (shown++ == most) {
            spool_string(out, "…");
            return;
        }
        uint32_t c = text_decode(text.bytes + i, text.length - i, &used, NULL);
        write_character(out, text.bytes + i, used, c, keep);
    }
}

void html_string(struct spool *out, const char *text, size_t most)
{
    if (text)
        html_text(out, (struct text){text, strlen(text)}, most, TEXT_KEEP_NONE);
}

void html_foreign(struct spool *out, struct text text, size_t most, const char *instead)
{
    if (!text.bytes || text.length == 0) {
        spool_string(out, instead);
        return;
    }
    spool_string(out, "<bdi>");
    html_text(out, text, most, TEXT_KEEP_NONE);
    spool_string(out, "</bdi>");
}

void html_path(struct spool *out, const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    for (; *path; path++)
        if (strchr(plain, *path))
            spool_write(out, path, 1);
        else
            spool_format(out, "%%%02X", (unsigned char)*path);
}

static void write_local(struct spool *out, int64_t seconds)
{
    struct tm local;
    time_t instant = (time_t)seconds;
    if (!localtime_r(&instant, &local))
        return;
    long offset = local.tm_gmtoff, size = offset < 0 ? -offset : offset;
    spool_format(out, " <span class=\"z\">%04d-%02d-%02d %02d:%02d:%02d %c%02ld:%02ld</span>",
                 local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min,
                 local.tm_sec, offset < 0 ? '-' : '+', size / 3600, size / 60 % 60);
}

/* time_to_unix takes more than what stands in an attribute as it is. */
static bool is_plain_time(struct text time, char whole[TIME_TEXT_SIZE])
{
    if (!time.bytes || time.length != TIME_TEXT_SIZE - 1)
        return false;
    memcpy(whole, time.bytes, time.length);
    whole[time.length] = '\0';
    return strspn(whole, "0123456789-:T.Z") == time.length;
}

void html_time(struct spool *out, struct text time, bool with_zone)
{
    char whole[TIME_TEXT_SIZE];
    int64_t seconds;
    if (!is_plain_time(time, whole) || time_to_unix(whole, &seconds)) {
        html_foreign(out, time, 40, "–");
        return;
    }
    spool_format(out, "<time datetime=\"%s\">%.10s %.8s UTC</time>", whole, whole, whole + 11);
    if (with_zone)
        write_local(out, seconds);
}

void html_count(struct spool *out, int64_t count)
{
    char text[TEXT_COUNT_SIZE];
    spool_string(out, text_count(count, text));
}
