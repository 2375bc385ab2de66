/* What is in a copy of a case: its packages, contents and ledger lines. */
#include "schema/case_copy.h"
#include "schema/query_row.h"

static int ask(struct store *copy, const char *sql, struct query **query, struct error *err)
{
    *query = query_new(copy, sql, err);
    return *query ? 0 : -1;
}

int case_copy_packages(struct store *copy, struct query **query, struct error *err)
{
    return ask(copy,
               "SELECT printf('%s-%04d', c.case_name, i.item_number) AS exhibit, p.package_sha256,"
               " p.kind, p.size_bytes, p.segment, p.offset, p.stored_bytes FROM case_item AS i"
               " JOIN case_record AS c ON c.created_number = i.case_number"
               " JOIN package AS p ON p.first_number = i.package_number ORDER BY i.item_number",
               query, err);
}

int case_copy_contents(struct store *copy, struct query **query, struct error *err)
{
    return ask(copy,
               "SELECT p.package_sha256, c.content_id, c.has_output, c.has_error, c.output_bytes,"
               " c.error_bytes, c.output_sha256 FROM case_item AS i"
               " JOIN package AS p ON p.first_number = i.package_number"
               " JOIN content AS c ON c.package_number = i.package_number"
               " ORDER BY i.item_number, c.member_index",
               query, err);
}

int case_copy_lines(struct store *copy, struct query **query, struct error *err)
{
    return ask(copy,
               "SELECT number, line_sha256, EXISTS (SELECT 1 FROM acquisition AS a"
               " WHERE a.number = l.number) OR EXISTS (SELECT 1 FROM case_step AS s"
               " WHERE s.number = l.number AND (s.package_number IS NULL OR EXISTS (SELECT 1"
               " FROM acquisition AS b WHERE b.package_number = s.package_number)))"
               " AS has_receipt FROM ledger AS l ORDER BY number",
               query, err);
}
