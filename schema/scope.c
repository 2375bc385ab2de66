#include "schema/scope.h"

#include "base/memory.h"
#include "schema/where.h"

#include <stdlib.h>

struct scope {
    bool is_everything;
    /* Of everything: what is not finished; else: what is in. In order. */
    int64_t *contents;
    size_t count, capacity;
};

static void add(struct scope *scope, int64_t content_id)
{
    if (scope->count > 0 && scope->contents[scope->count - 1] == content_id)
        return;
    if (scope->count == scope->capacity) {
        scope->capacity = scope->capacity > 0 ? 2 * scope->capacity : 64;
        scope->contents = memory_resize(scope->contents, scope->capacity * sizeof *scope->contents);
    }
    scope->contents[scope->count++] = content_id;
}

static int compare(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return first < second ? -1 : first > second;
}

/* Sorting here is cheaper than in SQLite, which would carry the rows along. */
static void put_in_order(struct scope *scope)
{
    size_t kept = 0;
    if (scope->count > 0)
        qsort(scope->contents, scope->count, sizeof *scope->contents, compare);
    for (size_t i = 0; i < scope->count; i++)
        if (i == 0 || scope->contents[i] != scope->contents[kept - 1])
            scope->contents[kept++] = scope->contents[i];
    scope->count = kept;
}

static int fill(struct scope *scope, struct query *query, struct error *err)
{
    int more;
    while ((more = query_next(query, err)) == 1)
        add(scope, query_value(query, 0).integer);
    put_in_order(scope);
    return more;
}

struct scope *scope_new(struct store *reader, const struct query_filter *filter, struct error *err)
{
    struct where where;
    struct buffer sql;
    struct scope *scope = memory_zeroed(1, sizeof *scope);
    where_init(&where);
    where_add_filter(&where, filter);
    buffer_init(&sql, WHERE_BYTES + 64);
    scope->is_everything = where.count == 0;
    if (scope->is_everything)
        text_printf(&sql, "SELECT content_id FROM content WHERE state = 0");
    else
        text_printf(&sql, "SELECT content_id FROM results%s", buffer_text(&where.sql));
    struct query *query = query_new(reader, buffer_text(&sql), err);
    if (query)
        where_bind(&where, query);
    int result = query ? fill(scope, query, err) : -1;
    query_free(query);
    buffer_release(&sql);
    where_release(&where);
    if (result == 0)
        return scope;
    scope_free(scope);
    return NULL;
}

void scope_free(struct scope *scope)
{
    if (!scope)
        return;
    free(scope->contents);
    free(scope);
}

bool scope_is_everything(const struct scope *scope)
{
    return scope->is_everything;
}

bool scope_holds(const struct scope *scope, int64_t content_id)
{
    bool is_listed = scope->count > 0 && bsearch(&content_id, scope->contents, scope->count,
                                                 sizeof *scope->contents, compare) != NULL;
    return is_listed != scope->is_everything;
}

const int64_t *scope_contents(const struct scope *scope, size_t *count)
{
    *count = scope->count;
    return scope->contents;
}
