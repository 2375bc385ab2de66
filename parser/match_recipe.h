/*
 * match_recipe - what Vectorscan is told to look for, and the database that it makes of it.
 */
#ifndef PARSER_MATCH_RECIPE_H
#define PARSER_MATCH_RECIPE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct hs_database; /* Vectorscan's */

struct match_recipe {
    bool has_syntax; /* what is added is an expression each, else bytes */
    size_t count;
    char **expressions; /* each owned */
    size_t *lengths;
    unsigned *ids, *flags;
};

/* For at most `most` texts. With `has_syntax` letters may have Unicode's cases (HS_FLAG_UTF8). */
void match_recipe_init(struct match_recipe *recipe, bool has_syntax, size_t most);
void match_recipe_release(struct match_recipe *recipe);

/* Adds a text, copied, in which nothing is syntax; of at most 8,192 bytes. `flags` are Vectorscan's. */
void match_recipe_add(struct match_recipe *recipe, struct text text, size_t id, unsigned flags);

/* A database for whole buffers, owned by the caller. -1 with ERROR_LIMIT when Vectorscan refuses. */
int match_recipe_compile(const struct match_recipe *recipe, struct hs_database **database,
                         struct error *err);

#endif
