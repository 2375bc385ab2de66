#include "ingest/kept_lines.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/sha256.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct kept_lines {
    const struct line_rules *rules;
    struct lines *lines;
    struct sha256 *hash; /* NULL: without keys */
    int64_t count;
    int64_t result_id; /* for messages */
    bool is_ignored;   /* the line that is being read */
};

int line_rules_init(struct line_rules *rules, const char *stream, struct error *err)
{
    *rules = (struct line_rules){.stream = stream};
    if (getrandom(rules->secret, sizeof rules->secret, 0) != (ssize_t)sizeof rules->secret)
        return error_set_errno(err, ERROR_IO, errno, "cannot get random bytes");
    rules->ignore = match_mask_new();
    rules->mask = match_mask_new();
    return 0;
}

void line_rules_release(struct line_rules *rules)
{
    match_mask_free(rules->ignore);
    match_mask_free(rules->mask);
    rules->ignore = rules->mask = NULL;
}

struct kept_lines *kept_lines_new(struct store *reader, const struct line_rules *rules,
                                  bool with_keys, struct error *err)
{
    struct lines *lines = lines_new(reader, rules->stream, err);
    if (!lines)
        return NULL;
    struct kept_lines *kept = memory_zeroed(1, sizeof *kept);
    kept->rules = rules;
    kept->lines = lines;
    kept->hash = with_keys ? sha256_new() : NULL;
    return kept;
}

void kept_lines_free(struct kept_lines *kept)
{
    if (!kept)
        return;
    lines_free(kept->lines);
    sha256_free(kept->hash);
    free(kept);
}

void kept_lines_start(struct kept_lines *kept, int64_t content_id, int64_t result_id)
{
    kept->result_id = result_id;
    lines_start(kept->lines, content_id);
    kept->count = 0;
    kept->is_ignored = false;
}

int64_t kept_lines_count(const struct kept_lines *kept)
{
    return kept->count;
}

/* An expression went too far: on which line? */
static int fail_at_line(const struct kept_lines *kept, const struct line *line, struct error *err)
{
    char sentence[ERROR_MESSAGE_SIZE - 64];
    if (!err)
        return -1;
    memcpy(sentence, err->message, sizeof sentence - 1);
    sentence[sizeof sentence - 1] = '\0';
    return error_set(err, err->code, "result %lld, line %lld: %s", (long long)kept->result_id,
                     (long long)line->number, sentence);
}

/* The line's key, after its last piece. */
static int add_to_key(struct kept_lines *kept, const struct line *line, struct line_key *key,
                      struct error *err)
{
    struct match_piece piece = {line->text, line->begins, line->ends};
    struct text masked = line->text;
    if (!match_mask_is_empty(kept->rules->mask) &&
        match_mask_apply(kept->rules->mask, &piece, &masked, err))
        return fail_at_line(kept, line, err);
    if (line->begins) {
        sha256_reset(kept->hash);
        sha256_update(kept->hash, kept->rules->secret, sizeof kept->rules->secret);
    }
    sha256_update(kept->hash, masked.bytes, masked.length);
    if (line->ends) {
        unsigned char bytes[SHA256_SIZE];
        if (kept->rules->line_end_counts && line->has_line_end)
            sha256_update(kept->hash, "\n", 1);
        sha256_finish_bytes(kept->hash, bytes);
        memcpy(key->bytes, bytes, sizeof key->bytes);
    }
    return 0;
}

int kept_lines_next(struct kept_lines *kept, struct line *line, struct line_key *key,
                    struct error *err)
{
    int more;
    while ((more = lines_next(kept->lines, line, err)) == 1) {
        if (line->begins && interrupt_check(err))
            return -1;
        if (line->begins && !match_mask_is_empty(kept->rules->ignore)) {
            struct match_piece piece = {line->text, line->begins, line->ends};
            int found = match_mask_test(kept->rules->ignore, &piece, err);
            if (found < 0)
                return fail_at_line(kept, line, err);
            kept->is_ignored = found == 1;
        }
        if (kept->is_ignored)
            continue;
        kept->count += line->ends;
        return kept->hash && add_to_key(kept, line, key, err) ? -1 : 1;
    }
    return more;
}

int kept_lines_next_key(struct kept_lines *kept, struct line_key *key, struct error *err)
{
    struct line line;
    int more;
    while ((more = kept_lines_next(kept, &line, key, err)) == 1 && !line.ends)
        ;
    return more;
}
