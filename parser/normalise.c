#include "parser/normalise.h"

#include <string.h>

#define SYMBOL_FOR_NULL "\xE2\x90\x80" /* U+2400 */

void normalise_init(struct normalise *normalise,
                    int (*put)(void *context, const char *bytes, size_t length), void *context,
                    bool keep_line_ends)
{
    *normalise =
        (struct normalise){.put = put, .context = context, .keep_line_ends = keep_line_ends};
}

static int put_pending_cr(struct normalise *normalise)
{
    if (!normalise->pending_cr)
        return 0;
    normalise->pending_cr = false;
    return normalise->put(normalise->context, "\r", 1);
}

/* More text follows the held-back NULs: they stand inside. */
static int put_pending_nuls(struct normalise *normalise)
{
    if (put_pending_cr(normalise))
        return -1;
    normalise->nul_inside += normalise->pending_nuls;
    normalise->pending_nuls = 0;
    return normalise->put(normalise->context, SYMBOL_FOR_NULL, strlen(SYMBOL_FOR_NULL));
}

int normalise_part(struct normalise *normalise, const char *bytes, size_t length)
{
    if (length == 0)
        return 0;
    if (normalise->pending_nuls > 0 && put_pending_nuls(normalise))
        return -1;
    if (normalise->keep_line_ends)
        return normalise->put(normalise->context, bytes, length);
    if (bytes[0] == '\n')
        normalise->pending_cr = false;
    else if (put_pending_cr(normalise))
        return -1;
    const char *end = bytes + length;
    while (bytes < end) {
        const char *next = memchr(bytes, '\r', (size_t)(end - bytes));
        /* A lone CR stays in its run of text. */
        while (next && next + 1 < end && next[1] != '\n')
            next = memchr(next + 1, '\r', (size_t)(end - next - 1));
        size_t run = (size_t)((next ? next : end) - bytes);
        if (run > 0 && normalise->put(normalise->context, bytes, run))
            return -1;
        bytes += run;
        if (next)
            bytes++;
        normalise->pending_cr = next && bytes == end;
    }
    return 0;
}

void normalise_nuls(struct normalise *normalise, int64_t count)
{
    normalise->pending_nuls += count;
}

int normalise_end(struct normalise *normalise)
{
    normalise->nul_stripped += normalise->pending_nuls;
    normalise->pending_nuls = 0;
    return put_pending_cr(normalise);
}
