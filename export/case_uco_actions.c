/* Machine actions of the service, and their commands. */
#include "export/case_uco_parts.h"

#include "schema/query_export.h"

#include <stdio.h>
#include <string.h>

#define INDEX_BYTES 32

struct actions {
    struct graph *graph;
    struct query *actions, *commands, *brought; /* the last two are asked again for each */
};

/* The service's word in that of the vocabulary. */
static struct text status_of(struct text status)
{
    static const struct {
        const char *ours, *theirs;
    } words[] = {
        {"Succeeded", "Success"}, {"Completed", "Success"},  {"Failed", "Fail"},
        {"TimeOut", "Error"},     {"Cancelled", "Fail"},     {"Pending", "Pending"},
        {"Created", "Pending"},   {"InProgress", "Ongoing"},
    };
    for (size_t i = 0; status.bytes && i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].ours) == status.length &&
            memcmp(words[i].ours, status.bytes, status.length) == 0)
            return graph_string(words[i].theirs);
    return graph_string("Unknown");
}

static struct graph_id command_id(struct text action_key, int64_t command_index)
{
    char index[INDEX_BYTES];
    snprintf(index, sizeof index, "%lld", (long long)command_index);
    return graph_id("command", action_key, graph_string(index));
}

static struct text named_or(const struct query *row, const char *column, const char *otherwise)
{
    struct text text = query_value_named(row, column).text;
    return text.bytes ? text : graph_string(otherwise);
}

/* What action and command have in common: who, with what, on which machine, how it ended. */
static void write_circumstances(const struct actions *actions, const struct query *row)
{
    struct graph *graph = actions->graph;
    struct graph_id service = case_uco_service_id(), machine_id;
    struct text machine = query_value_named(actions->actions, "machine_key").text;
    graph_text(graph, "uco-action:actionStatus", status_of(query_value_named(row, "status").text));
    case_uco_performer(graph, "uco-action:performer",
                       query_value_named(actions->actions, "requestor").text);
    graph_reference(graph, "uco-action:instrument", &service);
    machine_id = case_uco_machine_id(graph, machine);
    if (machine.bytes)
        graph_reference(graph, "uco-action:object", &machine_id);
}

static int write_action(const struct actions *actions, struct error *err)
{
    struct graph *graph = actions->graph;
    const struct query *row = actions->actions;
    struct graph_id id = case_uco_action_id(query_value_named(row, "action_key").text);
    struct text words[] = {query_value_named(row, "title").text,
                           query_value_named(row, "requestor_comment").text};
    int more;
    graph_open(graph, &id, "case-investigation:InvestigativeAction");
    graph_text(graph, "uco-core:name", named_or(row, "type", "machine action"));
    graph_texts(graph, "uco-core:description", words, 2);
    graph_time(graph, "uco-action:startTime", query_value_named(row, "created_at").text);
    graph_time(graph, "uco-action:endTime", query_value_named(row, "last_updated_at").text);
    write_circumstances(actions, row);
    graph_known_as(graph, &id, query_value_named(row, "action_id").text,
                   CASE_UCO_SERVICE " machine action id");
    struct graph_list list = graph_close_with(graph, "uco-action:subaction");
    query_export_commands_again(actions->commands, query_value_named(row, "action_id").text);
    while ((more = query_next(actions->commands, err)) == 1) {
        id = command_id(query_value_named(actions->commands, "action_key").text,
                        query_value_named(actions->commands, "command_index").integer);
        graph_list_item(&list, &id);
    }
    graph_list_end(&list);
    return more;
}

static void write_script(struct graph *graph, const struct graph_id *id, struct text script_name)
{
    struct graph_id facet = graph_part_id("argument", id);
    if (!script_name.bytes)
        return;
    graph_open_parts(graph, "uco-core:hasFacet");
    graph_open_part(graph, &facet, "uco-action:ActionArgumentFacet");
    graph_text(graph, "uco-action:argumentName", graph_string("ScriptName"));
    graph_text(graph, "uco-action:value", script_name);
    graph_close_part(graph);
    graph_close_parts(graph);
}

static int write_command(const struct actions *actions, struct error *err)
{
    struct graph *graph = actions->graph;
    const struct query *row = actions->commands;
    struct text action_key = query_value_named(row, "action_key").text;
    int64_t command_index = query_value_named(row, "command_index").integer;
    struct graph_id id = command_id(action_key, command_index);
    int more;
    graph_open(graph, &id, "case-investigation:InvestigativeAction");
    graph_text(graph, "uco-core:name", named_or(row, "type", "command"));
    graph_time(graph, "uco-action:startTime", query_value_named(row, "started_at").text);
    graph_time(graph, "uco-action:endTime", query_value_named(row, "ended_at").text);
    write_circumstances(actions, row);
    write_script(graph, &id, query_value_named(row, "script_name").text);
    struct graph_list list = graph_close_with(graph, "uco-action:result");
    query_export_brought_again(actions->brought, action_key, command_index);
    while ((more = query_next(actions->brought, err)) == 1) {
        id = case_uco_package_id(query_value(actions->brought, 0).text);
        graph_list_item(&list, &id);
    }
    graph_list_end(&list);
    return more;
}

static int write_commands(const struct actions *actions, struct error *err)
{
    int more;
    query_export_commands_again(actions->commands,
                                query_value_named(actions->actions, "action_id").text);
    while ((more = query_next(actions->commands, err)) == 1)
        if (write_command(actions, err))
            return -1;
    return more;
}

static void write_service(struct graph *graph)
{
    struct graph_id id = case_uco_service_id();
    graph_open(graph, &id, "uco-tool:Tool");
    graph_text(graph, "uco-core:name", graph_string(CASE_UCO_SERVICE " Live Response"));
    graph_close(graph);
}

int case_uco_write_actions(struct graph *graph, const struct subject *subject, struct error *err)
{
    struct actions actions = {.graph = graph};
    struct store *reader = subject->reader;
    bool has_actions = false;
    int more = query_export_actions(reader, &actions.actions, err) ||
                       query_export_commands(reader, &actions.commands, err) ||
                       query_export_brought(reader, &actions.brought, err)
                   ? -1
                   : 1;
    while (more == 1 && (more = query_next(actions.actions, err)) == 1) {
        if (!has_actions)
            write_service(graph);
        has_actions = true;
        if (write_action(&actions, err) || write_commands(&actions, err))
            more = -1;
    }
    query_free(actions.actions);
    query_free(actions.commands);
    query_free(actions.brought);
    return more;
}
