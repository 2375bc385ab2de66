#include "ingest/compare.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(LINE_KEY_BYTES == DIFFER_KEY_BYTES, "diff gets the keys as they are");

/* One text on its way. */
struct side {
    struct kept_lines *kept;
    struct line_key key; /* the first one behind the common beginning */
    bool has_key;        /* it waits */
    bool is_over;
};

struct compare {
    struct side sides[2];
    int64_t common; /* lines that both begin with */
    bool is_same;
    struct differ *differ; /* NULL: the same, or no hunks are wanted */
};

bool compare_is_same_text(const struct compare_text texts[2])
{
    return texts[0].content_id == texts[1].content_id ||
           (texts[0].sha256[0] && strcmp(texts[0].sha256, texts[1].sha256) == 0);
}

static int next_key(struct side *side, struct error *err)
{
    int more = kept_lines_next_key(side->kept, &side->key, err);
    side->has_key = more == 1;
    side->is_over = more == 0;
    return more < 0 ? -1 : 0;
}

static int read_common(struct compare *compare, struct error *err)
{
    struct side *a = &compare->sides[0], *b = &compare->sides[1];
    for (;;) {
        if (next_key(a, err) || next_key(b, err))
            return -1;
        if (a->is_over || b->is_over || memcmp(&a->key, &b->key, sizeof a->key) != 0)
            break;
        compare->common++;
    }
    compare->is_same = a->is_over && b->is_over;
    return 0;
}

static int give_key(void *context, unsigned char key[DIFFER_KEY_BYTES], struct error *err)
{
    struct side *side = context;
    if (!side->has_key && !side->is_over && next_key(side, err))
        return -1;
    if (side->is_over)
        return 0;
    memcpy(key, side->key.bytes, DIFFER_KEY_BYTES);
    side->has_key = false;
    return 1;
}

struct compare *compare_start(struct store *reader, const struct line_rules *rules,
                              const struct compare_text texts[2], bool with_hunks,
                              struct error *err)
{
    struct compare *compare = memory_zeroed(1, sizeof *compare);
    compare->is_same = compare_is_same_text(texts);
    if (compare->is_same)
        return compare;
    for (int i = 0; i < 2; i++) {
        compare->sides[i].kept = kept_lines_new(reader, rules, true, err);
        if (!compare->sides[i].kept)
            goto failed;
        kept_lines_start(compare->sides[i].kept, texts[i].content_id, texts[i].result_id);
    }
    if (read_common(compare, err))
        goto failed;
    if (!compare->is_same && with_hunks) {
        struct differ_source sources[2] = {{give_key, &compare->sides[0]},
                                           {give_key, &compare->sides[1]}};
        compare->differ = differ_start(sources, err);
        if (!compare->differ)
            goto failed;
    }
    return compare;
failed:
    compare_end(compare);
    return NULL;
}

void compare_end(struct compare *compare)
{
    if (!compare)
        return;
    differ_end(compare->differ);
    kept_lines_free(compare->sides[0].kept);
    kept_lines_free(compare->sides[1].kept);
    free(compare);
}

bool compare_is_same(const struct compare *compare)
{
    return compare->is_same;
}

int compare_next(struct compare *compare, struct differ_hunk *hunk, struct error *err)
{
    if (!compare->differ)
        return 0;
    int more = differ_next(compare->differ, hunk, err);
    if (more == 1) {
        hunk->firsts[0] += compare->common;
        hunk->firsts[1] += compare->common;
    }
    return more;
}

void compare_totals(const struct compare *compare, int64_t totals[2])
{
    for (int i = 0; i < 2; i++)
        totals[i] = compare->sides[i].kept ? kept_lines_count(compare->sides[i].kept) : 0;
}
