#include "cmd/rules.h"

#include <string.h>

static int add_all(struct match_mask *mask, const struct options *options, const char *name,
                   struct error *err)
{
    const char *pattern;
    int at = 0;
    while ((pattern = options_next(options, name, &at)) != NULL) {
        if (match_mask_add(mask, pattern, err) == 0)
            continue;
        char sentence[ERROR_MESSAGE_SIZE - 64];
        int64_t offset = err->offset;
        memcpy(sentence, err->message, sizeof sentence - 1);
        sentence[sizeof sentence - 1] = '\0';
        error_set(err, ERROR_USAGE, "--%s %s", name, sentence);
        return error_at_offset(err, offset);
    }
    return 0;
}

int rules_read(struct line_rules *rules, const struct options *options, struct error *err)
{
    const char *stream = options_flag(options, "error") ? "error" : "output";
    return line_rules_init(rules, stream, err) || add_all(rules->ignore, options, "ignore", err) ||
                   add_all(rules->mask, options, "mask", err)
               ? -1
               : 0;
}
