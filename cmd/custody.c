#include "cmd/custody.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define OPERATOR_BYTES 255
#define NOTE_BYTES (64 * 1024)
#define CASE_NAME_BYTES 128

int custody_check_case(const struct options *options, const char *what, const char *name,
                       struct error *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    if (!name ||
        (name[0] && strlen(name) <= CASE_NAME_BYTES && name[strspn(name, allowed)] == '\0'))
        return 0;
    return options_error(options, err,
                         "%s needs a name of 1 to %d letters, digits, dots, dashes and "
                         "underscores",
                         what, CASE_NAME_BYTES);
}

/* A note may have several lines; nothing else of a terminal's business. */
int custody_check_words(const struct options *options, const char *what, const char *text,
                        struct error *err)
{
    size_t length = text ? strlen(text) : 0;
    if (length > NOTE_BYTES)
        return options_error(options, err, "%s is longer than 64 KiB", what);
    if (text && !text_is_utf8(text, length))
        return options_error(options, err, "%s is not UTF-8", what);
    return 0;
}

int custody_operator(const struct options *options, const char **name, struct error *err)
{
    const char *claimed = getenv("LRARCHIVE_OPERATOR");
    if (options_name(options, "operator", OPERATOR_BYTES, name, err))
        return -1;
    if (*name || !claimed || !claimed[0])
        return 0;
    struct buffer shown;
    buffer_init(&shown, OPERATOR_BYTES * 10);
    text_escape(&shown, claimed, strlen(claimed), TEXT_KEEP_NONE);
    bool is_plain = shown.length == strlen(claimed) && shown.length <= OPERATOR_BYTES;
    buffer_release(&shown);
    return is_plain ? 0
                    : options_error(options, err,
                                    "$LRARCHIVE_OPERATOR is longer than %d bytes or holds "
                                    "characters that cannot be shown",
                                    OPERATOR_BYTES);
}

int custody_read(const struct options *options, struct batch_context *context,
                 const char **operator_name, struct error *err)
{
    context->note = options_text(options, "note");
    context->case_name = options_text(options, "case");
    return custody_check_case(options, "--case", context->case_name, err) ||
                   custody_check_words(options, "--note", context->note, err) ||
                   custody_operator(options, operator_name, err)
               ? -1
               : 0;
}
