#include "schema/fts_join.h"

#include "base/memory.h"
#include "schema/store.h"

#include <stdlib.h>
#include <string.h>

#define AVERAGES_ID 1
#define STRUCTURE_ID 10
#define LEVELS 64
#define AVERAGES 8     /* numbers: rows, and tokens of each column */
#define COOKIE_BYTES 4 /* of the settings' version */
#define VARINT_BYTES 9
#define RECORD_BYTES (COOKIE_BYTES + VARINT_BYTES * (3 + 2 * LEVELS + 3 * FTS_JOIN_SEGMENTS))

struct segment {
    uint64_t id, first_page, last_page;
};

struct structure {
    unsigned char cookie[COOKIE_BYTES];
    uint64_t writes;
    uint64_t levels;
    uint64_t counts[LEVELS];
    uint64_t segment_count;
    struct segment segments[FTS_JOIN_SEGMENTS]; /* level by level, the oldest first */
};

/* ---- varints (https://sqlite.org/fileformat2.html section 1.6) ---- */

struct reading {
    const unsigned char *at, *end;
    bool is_cut;
};

static uint64_t read_varint(struct reading *reading)
{
    uint64_t value = 0;
    for (int i = 0; i < VARINT_BYTES && reading->at < reading->end; i++) {
        unsigned char byte = *reading->at++;
        if (i == VARINT_BYTES - 1)
            return value << 8 | byte;
        value = value << 7 | (byte & 0x7F);
        if (byte < 0x80)
            return value;
    }
    reading->is_cut = true;
    return 0;
}

static size_t write_varint(unsigned char *out, uint64_t value)
{
    unsigned char backwards[VARINT_BYTES];
    size_t length = 0;
    if (value >> 56) { /* eight times seven bits and one time eight */
        out[VARINT_BYTES - 1] = (unsigned char)value;
        value >>= 8;
        for (int i = VARINT_BYTES - 2; i >= 0; i--, value >>= 7)
            out[i] = (unsigned char)((value & 0x7F) | 0x80);
        return VARINT_BYTES;
    }
    do
        backwards[length++] = (unsigned char)((value & 0x7F) | 0x80);
    while (value >>= 7);
    backwards[0] &= 0x7F;
    for (size_t i = 0; i < length; i++)
        out[i] = backwards[length - 1 - i];
    return length;
}

/* ---- the two records ---- */

static int refuse(struct store *store, struct error *err)
{
    error_set(err, ERROR_DATABASE, "the full-text index is not laid out as this program knows it");
    return error_at_path(err, store->path);
}

/* 1 and the bytes, until the statement is finished; or -1. */
static int find_record(struct statement *s, struct store *store, int64_t id, struct reading *record,
                       struct error *err)
{
    static const char sql[] = "SELECT block FROM output_fts_data WHERE id = ?1";
    statement_start(s, store, sql);
    statement_bind_int64(s, id);
    int found = statement_step(s, err);
    if (found != 1)
        return found < 0 ? -1 : refuse(store, err);
    struct text block = statement_blob(s, 0);
    const unsigned char *bytes = (const unsigned char *)block.bytes;
    *record = (struct reading){.at = bytes, .end = bytes ? bytes + block.length : NULL};
    return 1;
}

static int put_record(struct store *store, int64_t id, const unsigned char *bytes, size_t length,
                      struct error *err)
{
    static const char sql[] = "UPDATE output_fts_data SET block = ?2 WHERE id = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, id);
    statement_bind_blob(&s, (struct text){(const char *)bytes, length});
    return statement_run(&s, err);
}

static bool read_level(struct structure *structure, size_t level, uint64_t total,
                       struct reading *record)
{
    uint64_t merging = read_varint(record), count = read_varint(record);
    if (merging > 0 || count > total - structure->segment_count)
        return false;
    structure->counts[level] = count;
    for (uint64_t i = 0; i < count; i++) {
        struct segment *segment = &structure->segments[structure->segment_count++];
        segment->id = read_varint(record);
        segment->first_page = read_varint(record);
        segment->last_page = read_varint(record);
    }
    return !record->is_cut;
}

static bool parse_structure(struct structure *structure, struct reading *record)
{
    *structure = (struct structure){0};
    if (record->end - record->at < COOKIE_BYTES)
        return false;
    memcpy(structure->cookie, record->at, COOKIE_BYTES);
    record->at += COOKIE_BYTES;
    structure->levels = read_varint(record);
    uint64_t total = read_varint(record);
    structure->writes = read_varint(record);
    if (record->is_cut || structure->levels > LEVELS || total > FTS_JOIN_SEGMENTS)
        return false;
    for (size_t i = 0; i < structure->levels; i++)
        if (!read_level(structure, i, total, record))
            return false;
    return structure->segment_count == total && record->at == record->end;
}

static int read_structure(struct structure *structure, struct store *store, struct error *err)
{
    struct statement s;
    struct reading record;
    if (find_record(&s, store, STRUCTURE_ID, &record, err) < 0)
        return -1;
    bool is_known = parse_structure(structure, &record);
    statement_finish(&s);
    return is_known ? 0 : refuse(store, err);
}

static size_t write_segments(unsigned char *out, const struct segment *segments, uint64_t count,
                             uint64_t shift)
{
    size_t length = 0;
    for (uint64_t i = 0; i < count; i++) {
        length += write_varint(out + length, segments[i].id + shift);
        length += write_varint(out + length, segments[i].first_page);
        length += write_varint(out + length, segments[i].last_page);
    }
    return length;
}

/* Level by level, those of `into` first. */
static int put_structure(struct store *store, const struct structure *into,
                         const struct structure *from, uint64_t shift, struct error *err)
{
    unsigned char *record = memory_allocate(RECORD_BYTES);
    const struct segment *ours = into->segments, *theirs = from->segments;
    size_t length = COOKIE_BYTES;
    uint64_t levels = into->levels > from->levels ? into->levels : from->levels;
    memcpy(record, into->cookie, COOKIE_BYTES);
    length += write_varint(record + length, levels);
    length += write_varint(record + length, into->segment_count + from->segment_count);
    length += write_varint(record + length, into->writes + from->writes);
    for (size_t i = 0; i < levels; i++) {
        length += write_varint(record + length, 0);
        length += write_varint(record + length, into->counts[i] + from->counts[i]);
        length += write_segments(record + length, ours, into->counts[i], 0);
        length += write_segments(record + length, theirs, from->counts[i], shift);
        ours += into->counts[i];
        theirs += from->counts[i];
    }
    int result = put_record(store, STRUCTURE_ID, record, length, err);
    free(record);
    return result;
}

static int read_averages(uint64_t numbers[AVERAGES], size_t *count, struct store *store,
                         struct error *err)
{
    struct statement s;
    struct reading record;
    *count = 0;
    if (find_record(&s, store, AVERAGES_ID, &record, err) < 0)
        return -1;
    while (*count < AVERAGES && record.at < record.end)
        numbers[(*count)++] = read_varint(&record);
    bool is_known = !record.is_cut && record.at == record.end;
    statement_finish(&s);
    return is_known ? 0 : refuse(store, err);
}

static int add_averages(struct store *into, struct store *from, struct error *err)
{
    uint64_t ours[AVERAGES] = {0}, theirs[AVERAGES] = {0};
    size_t our_count, their_count, length = 0;
    unsigned char record[AVERAGES * VARINT_BYTES];
    if (read_averages(ours, &our_count, into, err) ||
        read_averages(theirs, &their_count, from, err))
        return -1;
    /* Empty as long as there was no row. */
    for (size_t i = 0; i < our_count || i < their_count; i++)
        length += write_varint(record + length, ours[i] + theirs[i]);
    return put_record(into, AVERAGES_ID, record, length, err);
}

/* ---- the rows ---- */

/* All that `read` gives, with ?1 the first number of a segment less one; bytes and numbers as they are. */
static int copy_rows(struct store *into, struct store *from, const char *read, const char *write,
                     uint64_t shift, struct error *err)
{
    struct statement rows, s;
    int more;
    statement_start(&rows, from, read);
    statement_bind_int64(&rows, (int64_t)shift);
    while ((more = statement_step(&rows, err)) == 1) {
        statement_start(&s, into, write);
        for (int i = 0; i < sqlite3_column_count(rows.prepared); i++)
            statement_bind_column(&s, &rows, i);
        if (statement_run(&s, err)) {
            statement_finish(&rows);
            return -1;
        }
    }
    return more;
}

static int copy_segments(struct store *into, struct store *from, uint64_t shift, struct error *err)
{
    static const struct {
        const char *read, *write;
    } tables[] = {
        /* Below 37 bits: doclist index or not (1), height (5), page (31). */
        {"SELECT id + (?1 << 37), block FROM output_fts_data WHERE id > 10 ORDER BY id",
         "INSERT INTO output_fts_data (id, block) VALUES (?1, ?2)"},
        {"SELECT segid + ?1, term, pgno FROM output_fts_idx ORDER BY segid, term",
         "INSERT INTO output_fts_idx (segid, term, pgno) VALUES (?1, ?2, ?3)"},
        {"SELECT id, sz FROM output_fts_docsize WHERE ?1 >= 0 ORDER BY id",
         "INSERT INTO output_fts_docsize (id, sz) VALUES (?1, ?2)"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (copy_rows(into, from, tables[i].read, tables[i].write, shift, err))
            return -1;
    return 0;
}

static uint64_t highest_id(const struct structure *structure)
{
    uint64_t highest = 0;
    for (uint64_t i = 0; i < structure->segment_count; i++)
        if (structure->segments[i].id > highest)
            highest = structure->segments[i].id;
    return highest;
}

static int join(struct store *into, struct store *from, const struct structure *ours,
                const struct structure *theirs, struct error *err)
{
    uint64_t shift = highest_id(ours);
    if (shift + highest_id(theirs) > FTS_JOIN_SEGMENTS) {
        error_set(err, ERROR_LIMIT, "a full-text index has more than %d segments",
                  FTS_JOIN_SEGMENTS);
        return error_at_path(err, into->path);
    }
    return store_begin(into, err) || copy_segments(into, from, shift, err) ||
                   add_averages(into, from, err) || put_structure(into, ours, theirs, shift, err) ||
                   store_execute(into, "COMMIT", err)
               ? -1
               : 0;
}

int fts_join(struct store *into, struct store *from, struct error *err)
{
    struct structure *both = memory_zeroed(2, sizeof *both);
    /* Else SQLite keeps everybody off those tables. */
    (void)sqlite3_db_config(into->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    int result = read_structure(&both[0], into, err) || read_structure(&both[1], from, err) ||
                         join(into, from, &both[0], &both[1], err)
                     ? -1
                     : 0;
    (void)sqlite3_db_config(into->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    free(both);
    return result;
}
