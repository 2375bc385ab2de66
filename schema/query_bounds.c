/* What a typed query may take: rows, time, memory; and how it ends when it asks for more. */
#include "schema/query_row.h"

#include "base/interrupt.h"

#include <time.h>

#define VALUE_MIB 64
#define MEMORY_MIB 512 /* a million rows of ten short columns can be sorted in it */
#define MIB (1024 * 1024)
#define OPERATIONS 2000 /* of SQLite's machine between two looks at the clock: some 10 us */
#define SECOND_NS 1000000000LL

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND_NS + now.tv_nsec;
}

void query_bound_memory(struct store *reader)
{
    sqlite3_limit(reader->db, SQLITE_LIMIT_LENGTH, VALUE_MIB * MIB);
    sqlite3_hard_heap_limit64((sqlite3_int64)MEMORY_MIB * MIB);
}

int query_fail(struct store *reader, int code, struct error *err)
{
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        return error_set(err, ERROR_USAGE,
                         "the statement needs more than %d MiB of memory; take fewer rows or "
                         "columns into ORDER BY, GROUP BY and DISTINCT",
                         MEMORY_MIB);
    case SQLITE_TOOBIG:
        return error_set(err, ERROR_USAGE, "SQLite: %s (a value has at most %d MiB)",
                         sqlite3_errmsg(reader->db), VALUE_MIB);
    case SQLITE_INTERRUPT:
        if (interrupt_check(err))
            return -1;
        break;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return store_fail(reader, code, err);
    default:
        break;
    }
    /* A bad cast, a bad MATCH, a bad pattern. */
    return error_set(err, ERROR_USAGE, "SQLite: %s", sqlite3_errmsg(reader->db));
}

static bool is_out_of_time(const struct query *query)
{
    return query->most_ns > 0 &&
           query->spent_ns + now_ns() - query->step_started_ns > query->most_ns;
}

static int should_end(void *context)
{
    return interrupt_check(NULL) || is_out_of_time(context);
}

void query_set_bounds(struct query *query, int64_t most_rows, int64_t most_seconds)
{
    query->is_bounded = true;
    query->most_rows = most_rows;
    query->most_ns = most_seconds < INT64_MAX / SECOND_NS ? most_seconds * SECOND_NS : 0;
    sqlite3_progress_handler(query->store->db, OPERATIONS, should_end, query);
}

void query_bounds_release(struct query *query)
{
    if (query->is_bounded)
        sqlite3_progress_handler(query->store->db, 0, NULL, NULL);
}

int query_bounds_step(struct query *query)
{
    if (query->cut != QUERY_NOT_CUT)
        return SQLITE_DONE;
    query->step_started_ns = now_ns();
    int code = sqlite3_step(query->prepared);
    bool is_late = is_out_of_time(query);
    query->spent_ns += now_ns() - query->step_started_ns;
    if ((code & 0xFF) == SQLITE_INTERRUPT && is_late && !interrupt_check(NULL))
        query->cut = QUERY_CUT_BY_TIME;
    else if (code == SQLITE_ROW && query->most_rows > 0 && query->rows == query->most_rows)
        query->cut = QUERY_CUT_BY_ROWS;
    else if (code == SQLITE_ROW && is_late)
        query->cut = QUERY_CUT_BY_TIME;
    query->rows++;
    return query->cut == QUERY_NOT_CUT ? code : SQLITE_DONE;
}

enum query_cut query_cut(const struct query *query)
{
    return query->cut;
}
