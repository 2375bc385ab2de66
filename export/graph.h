/*
 * graph - a JSON-LD document with one @graph, written node by node: what case_uco says of CASE/UCO it says in these words.
 *
 * Every node has an IRI, kb:<UUID>: version 5 (base/uuid.h) of the lower-case hex SHA-256 of its kind and what tells it apart,
 * so a thing has the same IRI wherever it is named. (Version 8, made for SHA-256, is not what CASE's shapes want to see.) Texts
 * of bytes NULL, and times that are none, are left out. Characters that xsd:string does not have, or beyond U+FFFD, are shown as
 * \xHH and \uHHHH(HH).
 */
#ifndef EXPORT_GRAPH_H
#define EXPORT_GRAPH_H

#include "base/buffer.h"
#include "export/spool.h"

#include <stdbool.h>

#define GRAPH_ID_SIZE 40 /* "kb:", UUID, NUL */

struct graph_id {
    char text[GRAPH_ID_SIZE];
};

struct graph {
    struct spool *spool; /* borrowed */
    struct json_writer *writer;
    const char *origin;  /* of the archive, or NULL: tells its own numbers and names from others' */
    struct buffer clean; /* a text that xsd:string cannot hold as it is */
    bool has_nodes;
};

/* The IRI of what is the same everywhere, as a hash is; and of what is so in this archive alone. `detail` may be absent. */
struct graph_id graph_id(const char *kind, struct text name, struct text detail);
struct graph_id graph_local_id(const struct graph *graph, const char *kind, struct text name,
                               struct text detail);
/* Of a part of a node: each is its own. */
struct graph_id graph_part_id(const char *kind, const struct graph_id *whole);

struct text graph_string(const char *string); /* NULL is absent */

/* Begins the document, with the prefixes of CASE/UCO; ends it. */
void graph_begin(struct graph *graph, struct spool *spool, const char *origin);
void graph_end(struct graph *graph);

/* A node; its properties follow. */
void graph_open(struct graph *graph, const struct graph_id *id, const char *type);
void graph_close(struct graph *graph);
/* Or, as its last property, a list of references, which is not held in memory; a list of none is left out. */
struct graph_list {
    struct graph *graph;
    const char *key;
    bool has_items;
};
struct graph_list graph_close_with(struct graph *graph, const char *key);
void graph_list_item(struct graph_list *list, const struct graph_id *id);
void graph_list_end(struct graph_list *list);

/* Properties of the node that is open. */
void graph_text(struct graph *graph, const char *key, struct text value);
/* Those of `count` texts that are there. */
void graph_texts(struct graph *graph, const char *key, const struct text *values, size_t count);
void graph_int64(struct graph *graph, const char *key, int64_t value);
void graph_time(struct graph *graph, const char *key, struct text value);
void graph_reference(struct graph *graph, const char *key, const struct graph_id *id);
/* uco-observable:hash, where `sha256` is one. */
void graph_hash(struct graph *graph, const struct graph_id *whole, struct text sha256);
/* uco-core:externalReference: what others call this thing; `context` says who. */
void graph_known_as(struct graph *graph, const struct graph_id *whole, struct text identifier,
                    const char *context);

/* Nodes within the open one: open the list of them, then open and close each, with properties. */
void graph_open_parts(struct graph *graph, const char *key);
void graph_open_part(struct graph *graph, const struct graph_id *id, const char *type);
void graph_close_part(struct graph *graph);
void graph_close_parts(struct graph *graph);

#endif
