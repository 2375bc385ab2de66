/* Values for the parameters of SQL that a person typed. */
#include "schema/query_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Length of the decimal integer that the text begins with, in the one way it is written: no plus,
 * no zeros in front. 0: none. */
static size_t integer_length(const char *text)
{
    size_t sign = text[0] == '-' ? 1 : 0, digits = strspn(text + sign, "0123456789");
    if (digits == 0 || (digits > 1 && text[sign] == '0'))
        return 0;
    return sign + digits;
}

static bool is_fraction(const char *text)
{
    size_t length = integer_length(text);
    return length > 0 && text[length] == '.' && text[length + 1] &&
           text[length + 1 + strspn(text + length + 1, "0123456789")] == '\0';
}

/* As the number that it is all of, else as text: a column of text compares with a number as text
 * (SQLite's affinity), but a count never equals a text. */
static int bind_value(sqlite3_stmt *statement, int place, const char *value)
{
    size_t length = strlen(value);
    int64_t integer;
    if (strcmp(value, "-0") != 0 && integer_length(value) == length &&
        text_parse_int64(value, length, &integer) == 0)
        return sqlite3_bind_int64(statement, place, integer);
    double real = is_fraction(value) ? strtod(value, NULL) : NAN;
    if (isfinite(real))
        return sqlite3_bind_double(statement, place, real);
    return sqlite3_bind_text64(statement, place, value, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static const char *find_value(const struct query_param *params, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(params[i].name, name) == 0)
            return params[i].value;
    return NULL;
}

static bool has_param(sqlite3_stmt *statement, const char *name)
{
    for (int place = 1; place <= sqlite3_bind_parameter_count(statement); place++) {
        const char *there = sqlite3_bind_parameter_name(statement, place);
        if (there && there[0] != '?' && strcmp(there + 1, name) == 0)
            return true;
    }
    return false;
}

int query_bind_params(struct query *query, const struct query_param *params, size_t count,
                      struct error *err)
{
    sqlite3_stmt *statement = query->prepared;
    for (size_t i = 0; i < count; i++)
        if (!has_param(statement, params[i].name))
            return error_set(err, ERROR_USAGE,
                             "the SQL has no parameter for \"%.100s\": it is written :%.100s there",
                             params[i].name, params[i].name);
    for (int place = 1; place <= sqlite3_bind_parameter_count(statement); place++) {
        const char *name = sqlite3_bind_parameter_name(statement, place);
        if (!name || name[0] == '?')
            return error_set(err, ERROR_USAGE,
                             "the SQL has a parameter without a name (?); name it, as in :code");
        const char *value = find_value(params, count, name + 1);
        if (!value)
            return error_set(err, ERROR_USAGE,
                             "the SQL's parameter %.100s has no value; give it with --param "
                             "%.100s=VALUE",
                             name, name + 1);
        int code = bind_value(statement, place, value);
        if (code != SQLITE_OK)
            return query_fail(query->store, code, err);
    }
    return 0;
}
