#include "parser/match_recipe.h"

#include "base/memory.h"

#include <ctype.h>
#include <hs/hs.h>
#include <stdlib.h>

#define EXPRESSION_BYTES (4 * 8192)

void match_recipe_init(struct match_recipe *recipe, bool has_syntax, size_t most)
{
    *recipe = (struct match_recipe){.has_syntax = has_syntax};
    recipe->expressions = memory_zeroed(most, sizeof *recipe->expressions);
    recipe->lengths = memory_zeroed(most, sizeof *recipe->lengths);
    recipe->ids = memory_zeroed(most, sizeof *recipe->ids);
    recipe->flags = memory_zeroed(most, sizeof *recipe->flags);
}

void match_recipe_release(struct match_recipe *recipe)
{
    for (size_t i = 0; i < recipe->count; i++)
        free(recipe->expressions[i]);
    free(recipe->expressions);
    free(recipe->lengths);
    free(recipe->ids);
    free(recipe->flags);
}

static void write_expression(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (isalnum(c) || c >= 0x80)
            (void)buffer_append(out, &c, 1);
        else
            text_printf(out, ispunct(c) ? "\\%c" : "\\x%02x", c);
    }
}

void match_recipe_add(struct match_recipe *recipe, struct text text, size_t id, unsigned flags)
{
    size_t i = recipe->count++;
    struct buffer expression;
    buffer_init(&expression, EXPRESSION_BYTES);
    if (recipe->has_syntax) {
        write_expression(&expression, text);
        text = (struct text){expression.bytes, expression.length};
    }
    recipe->expressions[i] = memory_copy_text(text.bytes, text.length);
    recipe->lengths[i] = text.length;
    recipe->ids[i] = (unsigned)id;
    recipe->flags[i] = flags;
    buffer_release(&expression);
}

int match_recipe_compile(const struct match_recipe *recipe, struct hs_database **database,
                         struct error *err)
{
    hs_compile_error_t *why = NULL;
    hs_error_t code = HS_SUCCESS;
    const char *const *expressions = (const char *const *)recipe->expressions;
    if (recipe->has_syntax)
        code = hs_compile_multi(expressions, recipe->flags, recipe->ids, (unsigned)recipe->count,
                                HS_MODE_BLOCK, NULL, database, &why);
    else
        code = hs_compile_lit_multi(expressions, recipe->flags, recipe->ids, recipe->lengths,
                                    (unsigned)recipe->count, HS_MODE_BLOCK, NULL, database, &why);
    if (code != HS_SUCCESS)
        error_set(err, ERROR_LIMIT, "Vectorscan cannot search for this: %s",
                  why && why->message ? why->message : "unknown error");
    hs_free_compile_error(why);
    return code == HS_SUCCESS ? 0 : -1;
}
