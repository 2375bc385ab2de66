/*
 * row - values of a query's row, as cells for people and as members of a JSON object.
 */
#ifndef CMD_ROW_H
#define CMD_ROW_H

#include "base/json.h"
#include "cmd/table.h"
#include "schema/query.h"

/* All columns under their names: integers and reals as numbers, blobs as hex text, NULL as null. */
void row_to_json(const struct query *query, struct json_writer *writer);

/* One value as a JSON member. */
void row_value_to_json(struct query_value value, const char *name, struct json_writer *writer);

/* The value as text: `scratch` holds it where it is not text already; NULL is absent. */
struct text row_value_text(struct query_value value, struct buffer *scratch);

#endif
