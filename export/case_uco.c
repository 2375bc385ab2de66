/* The frame: the investigation, who and what is named in it, and the export itself. */
#include "export/case_uco.h"

#include "base/buffer.h"
#include "export/case_uco_parts.h"
#include "schema/query_export.h"

#include <string.h>

#define WORDS_BYTES 4096

static const struct text none = {0};

/* ---- names ---- */

struct graph_id case_uco_investigation_id(const struct graph *graph, const struct subject *subject)
{
    return graph_local_id(graph, "investigation", graph_string(subject->case_name), none);
}

struct graph_id case_uco_provenance_id(const struct graph *graph, const char *exhibit)
{
    return graph_local_id(graph, "provenance", graph_string(exhibit), none);
}

struct graph_id case_uco_package_id(struct text package_sha256)
{
    return graph_id("package", package_sha256, none);
}

struct graph_id case_uco_action_id(struct text action_key)
{
    return graph_id("action", action_key, none);
}

struct graph_id case_uco_service_id(void)
{
    return graph_id("tool", graph_string(CASE_UCO_SERVICE " Live Response"), none);
}

static struct graph_id identity_id(const struct graph *graph, struct text name)
{
    return graph_local_id(graph, "identity", name, none);
}

void case_uco_performer(struct graph *graph, const char *key, struct text name)
{
    struct graph_id id = identity_id(graph, name);
    if (name.bytes)
        graph_reference(graph, key, &id);
}

void case_uco_instrument(struct graph *graph, struct text tool)
{
    struct graph_id id = graph_id("tool", tool, none);
    if (tool.bytes)
        graph_reference(graph, "uco-action:instrument", &id);
}

/* The service's ids are the same everywhere; a name is not. */
struct graph_id case_uco_machine_id(const struct graph *graph, struct text machine_key)
{
    if (machine_key.length > 3 && memcmp(machine_key.bytes, "id:", 3) == 0)
        return graph_id("machine", machine_key, none);
    return graph_local_id(graph, "machine", machine_key, none);
}

/* ---- the investigation ---- */

static int list_actions(struct graph_list *list, const struct subject *subject, struct error *err)
{
    struct query *query;
    int more;
    if (query_export_actions(subject->reader, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1) {
        struct graph_id id = case_uco_action_id(query_value_named(query, "action_key").text);
        graph_list_item(list, &id);
    }
    query_free(query);
    return more;
}

static struct graph_id export_id(const struct graph *graph, const struct subject *subject)
{
    return graph_local_id(graph, "export", graph_string(subject->case_name),
                          graph_string(subject->made_at));
}

static void describe(struct graph *graph, const struct graph_id *id, const struct query *row)
{
    graph_text(graph, "uco-core:description", query_value_named(row, "title").text);
    graph_text(graph, "case-investigation:investigationStatus",
               query_value_named(row, "status").text);
    graph_time(graph, "uco-core:startTime", query_value_named(row, "created_at").text);
    graph_time(graph, "uco-core:endTime", query_value_named(row, "closed_at").text);
    case_uco_performer(graph, "uco-core:createdBy", query_value_named(row, "operator").text);
    graph_known_as(graph, id, query_value_named(row, "reference").text, "reference of the case");
}

static int write_investigation(struct graph *graph, const struct subject *subject,
                               struct error *err)
{
    struct query *query;
    struct graph_id id = case_uco_investigation_id(graph, subject), item;
    if (query_cases(subject->reader, subject->case_name, &query, err))
        return -1;
    int found = query_next(query, err);
    graph_open(graph, &id, "case-investigation:Investigation");
    graph_text(graph, "uco-core:name", graph_string(subject->case_name));
    graph_text(graph, "case-investigation:investigationForm", graph_string("case"));
    if (found == 1)
        describe(graph, &id, query);
    query_free(query);
    struct graph_list list = graph_close_with(graph, "uco-core:object");
    for (size_t i = 0; i < subject->exhibit_count; i++) {
        item = case_uco_provenance_id(graph, subject->exhibits[i].name);
        graph_list_item(&list, &item);
    }
    int result = list_actions(&list, subject, err);
    item = export_id(graph, subject);
    graph_list_item(&list, &item);
    graph_list_end(&list);
    return found < 0 ? -1 : result;
}

/* ---- who and what ---- */

static int write_people(struct graph *graph, const struct subject *subject, struct error *err)
{
    struct query *query;
    int more;
    if (query_export_people(subject->reader, subject->made_by, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1) {
        struct text name = query_value_named(query, "name").text;
        struct graph_id id = identity_id(graph, name);
        graph_open(graph, &id, "uco-identity:Identity");
        graph_text(graph, "uco-core:name", name);
        graph_close(graph);
    }
    query_free(query);
    return more;
}

/* "lrarchive 0.1.0": the version is the last word. */
static void write_tool(struct graph *graph, struct text tool)
{
    struct graph_id id = graph_id("tool", tool, none);
    size_t name_length = tool.length;
    const char *blank = tool.length > 0 ? memrchr(tool.bytes, ' ', tool.length) : NULL;
    if (blank)
        name_length = (size_t)(blank - tool.bytes);
    graph_open(graph, &id, "uco-tool:Tool");
    graph_text(graph, "uco-core:name", (struct text){tool.bytes, name_length});
    if (blank)
        graph_text(graph, "uco-tool:version",
                   (struct text){blank + 1, tool.length - name_length - 1});
    graph_close(graph);
}

static int write_tools(struct graph *graph, const struct subject *subject, struct error *err)
{
    struct query *query;
    int more;
    if (query_export_tools(subject->reader, subject->tool, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1)
        write_tool(graph, query_value_named(query, "tool").text);
    query_free(query);
    return more;
}

static void write_machine(struct graph *graph, const struct query *row)
{
    struct graph_id id = case_uco_machine_id(graph, query_value_named(row, "machine_key").text);
    struct graph_id facet = graph_part_id("computer", &id);
    struct text name = query_value_named(row, "machine_name").text;
    struct text machine_id = query_value_named(row, "machine_id").text;
    graph_open(graph, &id, "uco-observable:Computer");
    graph_text(graph, "uco-core:name", name.bytes ? name : machine_id);
    graph_known_as(graph, &id, machine_id, CASE_UCO_SERVICE " machine id");
    if (name.bytes) {
        graph_open_parts(graph, "uco-core:hasFacet");
        graph_open_part(graph, &facet, "uco-observable:ComputerSpecificationFacet");
        graph_text(graph, "uco-observable:hostname", name);
        graph_close_part(graph);
        graph_close_parts(graph);
    }
    graph_close(graph);
}

static int write_machines(struct graph *graph, const struct subject *subject, struct error *err)
{
    struct query *query;
    int more;
    if (query_export_machines(subject->reader, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1)
        write_machine(graph, query);
    query_free(query);
    return more;
}

/* ---- the export ---- */

static void write_export(struct graph *graph, const struct subject *subject)
{
    struct graph_id id = export_id(graph, subject);
    struct graph_id investigation = case_uco_investigation_id(graph, subject);
    struct buffer words;
    buffer_init(&words, WORDS_BYTES);
    text_printf(&words, "the ledger had %lld lines", (long long)subject->ledger_lines);
    if (subject->ledger_root)
        text_printf(&words, " with the root %s", subject->ledger_root);
    if (subject->signed_by)
        text_printf(&words, "; signed by %s", subject->signed_by);
    graph_open(graph, &id, "case-investigation:InvestigativeAction");
    graph_text(graph, "uco-core:name", graph_string("exported"));
    graph_text(graph, "uco-core:description", graph_string(buffer_text(&words)));
    graph_time(graph, "uco-action:startTime", graph_string(subject->made_at));
    graph_time(graph, "uco-action:endTime", graph_string(subject->made_at));
    case_uco_performer(graph, "uco-action:performer", graph_string(subject->made_by));
    case_uco_instrument(graph, graph_string(subject->tool));
    graph_reference(graph, "uco-action:object", &investigation);
    graph_close(graph);
    buffer_release(&words);
}

int case_uco_write(const struct subject *subject, struct spool *spool, struct error *err)
{
    struct graph graph;
    graph_begin(&graph, spool, subject->ledger_origin);
    int result = write_investigation(&graph, subject, err) || write_people(&graph, subject, err) ||
                         write_tools(&graph, subject, err) ||
                         write_machines(&graph, subject, err) ||
                         case_uco_write_evidence(&graph, subject, err) ||
                         case_uco_write_actions(&graph, subject, err)
                     ? -1
                     : 0;
    write_export(&graph, subject);
    graph_end(&graph);
    return result;
}
