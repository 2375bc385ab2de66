/*
 * case_uco_parts - what the files case_uco*.c ask of each other: each writes some kinds of nodes, and all name them alike.
 */
#ifndef EXPORT_CASE_UCO_PARTS_H
#define EXPORT_CASE_UCO_PARTS_H

#include "export/graph.h"
#include "export/subject.h"

#define CASE_UCO_SERVICE "Microsoft Defender for Endpoint"

/* ---- case_uco.c: names ---- */

struct graph_id case_uco_investigation_id(const struct graph *graph, const struct subject *subject);
struct graph_id case_uco_provenance_id(const struct graph *graph, const char *exhibit);
struct graph_id case_uco_package_id(struct text package_sha256);
struct graph_id case_uco_action_id(struct text action_key);
struct graph_id case_uco_service_id(void); /* the tool that ran the actions */

/* References; nothing where the text is absent. */
void case_uco_performer(struct graph *graph, const char *key, struct text name);
void case_uco_instrument(struct graph *graph, struct text tool);
struct graph_id case_uco_machine_id(const struct graph *graph, struct text machine_key);

/* ---- case_uco_evidence.c: exhibits, their texts, how they came in ---- */
int case_uco_write_evidence(struct graph *graph, const struct subject *subject, struct error *err);

/* ---- case_uco_actions.c: machine actions and their commands ---- */
int case_uco_write_actions(struct graph *graph, const struct subject *subject, struct error *err);

#endif
