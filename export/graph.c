#include "export/graph.h"

#include "base/json.h"
#include "base/sha256.h"
#include "base/time.h"
#include "base/uuid.h"

#include <stdio.h>
#include <string.h>

#define NODE_BYTES 256 /* JSON text without foreign words */

static const char beginning[] =
    "{\"@context\":{\"kb\":\"urn:uuid:\","
    "\"case-investigation\":\"https://ontology.caseontology.org/case/investigation/\","
    "\"uco-action\":\"https://ontology.unifiedcyberontology.org/uco/action/\","
    "\"uco-core\":\"https://ontology.unifiedcyberontology.org/uco/core/\","
    "\"uco-identity\":\"https://ontology.unifiedcyberontology.org/uco/identity/\","
    "\"uco-observable\":\"https://ontology.unifiedcyberontology.org/uco/observable/\","
    "\"uco-tool\":\"https://ontology.unifiedcyberontology.org/uco/tool/\","
    "\"uco-types\":\"https://ontology.unifiedcyberontology.org/uco/types/\","
    "\"xsd\":\"http://www.w3.org/2001/XMLSchema#\"},\n\"@graph\":[";

/* ---- names ---- */

/* Made for this, at random. */
static const unsigned char name_space[UUID_SIZE] = {0x0d, 0x5f, 0x8c, 0x1e, 0x6a, 0x0b, 0x4f, 0x92,
                                                    0x9b, 0x3e, 0x71, 0xc4, 0x28, 0xd6, 0xe5, 0xa7};

/* The length goes before: no two rows of parts read the same. */
static void add_part(struct sha256 *hash, struct text part)
{
    char length[32];
    int used = snprintf(length, sizeof length, "%zu:", part.length);
    sha256_update(hash, length, (size_t)used);
    if (part.length > 0)
        sha256_update(hash, part.bytes, part.length);
}

static struct graph_id id_of(const char *kind, struct text origin, struct text name,
                             struct text detail)
{
    struct graph_id id;
    char hex[SHA256_HEX_SIZE], uuid[UUID_TEXT_SIZE];
    struct sha256 *hash = sha256_new();
    add_part(hash, graph_string(kind));
    add_part(hash, origin);
    add_part(hash, name);
    add_part(hash, detail);
    sha256_finish(hash, hex);
    sha256_free(hash);
    uuid_of_name(name_space, hex, SHA256_HEX_LENGTH, uuid);
    snprintf(id.text, sizeof id.text, "kb:%s", uuid);
    return id;
}

struct graph_id graph_id(const char *kind, struct text name, struct text detail)
{
    return id_of(kind, (struct text){0}, name, detail);
}

struct graph_id graph_local_id(const struct graph *graph, const char *kind, struct text name,
                               struct text detail)
{
    return id_of(kind, graph_string(graph->origin), name, detail);
}

struct graph_id graph_part_id(const char *kind, const struct graph_id *whole)
{
    return id_of(kind, (struct text){0}, graph_string(whole->text), (struct text){0});
}

struct text graph_string(const char *string)
{
    return (struct text){string, string ? strlen(string) : 0};
}

/* ---- the document ---- */

void graph_begin(struct graph *graph, struct spool *spool, const char *origin)
{
    *graph = (struct graph){.spool = spool, .writer = json_writer_new(), .origin = origin};
    buffer_init(&graph->clean, SIZE_MAX / 2);
    spool_string(spool, beginning);
}

void graph_end(struct graph *graph)
{
    spool_string(graph->spool, "\n]}\n");
    json_writer_free(graph->writer);
    buffer_release(&graph->clean);
}

static void write_head(struct graph *graph, const struct graph_id *id, const char *type)
{
    json_writer_text(graph->writer, "@id", id->text);
    json_writer_text(graph->writer, "@type", type);
}

void graph_open(struct graph *graph, const struct graph_id *id, const char *type)
{
    spool_string(graph->spool, graph->has_nodes ? ",\n" : "\n");
    graph->has_nodes = true;
    json_writer_begin(graph->writer);
    write_head(graph, id, type);
}

void graph_close(struct graph *graph)
{
    spool_text(graph->spool, json_writer_end(graph->writer));
}

struct graph_list graph_close_with(struct graph *graph, const char *key)
{
    struct text node = json_writer_end(graph->writer);
    spool_write(graph->spool, node.bytes, node.length - 1); /* without its brace */
    return (struct graph_list){.graph = graph, .key = key};
}

void graph_list_item(struct graph_list *list, const struct graph_id *id)
{
    if (list->has_items)
        spool_format(list->graph->spool, ",{\"@id\":\"%s\"}", id->text);
    else
        spool_format(list->graph->spool, ",\"%s\":[{\"@id\":\"%s\"}", list->key, id->text);
    list->has_items = true;
}

void graph_list_end(struct graph_list *list)
{
    spool_string(list->graph->spool, list->has_items ? "]}" : "}");
}

/* ---- properties ---- */

/* xsd:string is made of the Char of XML 1.0, section 2.2. Of those, validators that see UTF-16 refuse what takes two units there.
 * What is not UTF-8 is the JSON writer's to replace. */
static bool is_in_strings(uint32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    return c < 0xFFFE || c == TEXT_INVALID;
}

/* The text, or one in `clean` in which what cannot stand in a string is shown as text_escape does. */
static struct text as_string(struct graph *graph, struct text text)
{
    size_t used, kept = 0;
    buffer_clear(&graph->clean);
    for (size_t i = 0; i < text.length; i += used) {
        uint32_t c = text_decode(text.bytes + i, text.length - i, &used, NULL);
        if (is_in_strings(c))
            continue;
        (void)buffer_append(&graph->clean, text.bytes + kept, i - kept);
        text_printf(&graph->clean, c < 0x20 ? "\\x%02x" : "\\u%04x", (unsigned)c);
        kept = i + used;
    }
    if (kept == 0)
        return text;
    (void)buffer_append(&graph->clean, text.bytes + kept, text.length - kept);
    return (struct text){graph->clean.bytes, graph->clean.length};
}

void graph_text(struct graph *graph, const char *key, struct text value)
{
    if (value.bytes)
        json_writer_bytes(graph->writer, key, as_string(graph, value));
}

void graph_texts(struct graph *graph, const char *key, const struct text *values, size_t count)
{
    bool has_one = false;
    for (size_t i = 0; i < count; i++) {
        if (!values[i].bytes)
            continue;
        if (!has_one)
            json_writer_open_array(graph->writer, key);
        has_one = true;
        json_writer_element_text(graph->writer, as_string(graph, values[i]));
    }
    if (has_one)
        json_writer_close_array(graph->writer);
}

void graph_int64(struct graph *graph, const char *key, int64_t value)
{
    json_writer_int64(graph->writer, key, value);
}

void graph_time(struct graph *graph, const char *key, struct text value)
{
    char text[TIME_TEXT_SIZE], json[NODE_BYTES];
    if (!value.bytes || time_parse(value.bytes, value.length, text))
        return;
    snprintf(json, sizeof json, "{\"@type\":\"xsd:dateTime\",\"@value\":\"%s\"}", text);
    json_writer_raw(graph->writer, key, json);
}

void graph_reference(struct graph *graph, const char *key, const struct graph_id *id)
{
    char json[NODE_BYTES];
    snprintf(json, sizeof json, "{\"@id\":\"%s\"}", id->text);
    json_writer_raw(graph->writer, key, json);
}

void graph_hash(struct graph *graph, const struct graph_id *whole, struct text sha256)
{
    char hex[SHA256_HEX_SIZE], value[NODE_BYTES];
    struct graph_id id = graph_part_id("hash", whole);
    if (sha256.length != SHA256_HEX_LENGTH)
        return;
    memcpy(hex, sha256.bytes, SHA256_HEX_LENGTH);
    hex[SHA256_HEX_LENGTH] = '\0';
    if (!sha256_is_hex(hex))
        return;
    snprintf(value, sizeof value, "{\"@type\":\"xsd:hexBinary\",\"@value\":\"%s\"}", hex);
    graph_open_parts(graph, "uco-observable:hash");
    graph_open_part(graph, &id, "uco-types:Hash");
    json_writer_text(graph->writer, "uco-types:hashMethod", "SHA256");
    json_writer_raw(graph->writer, "uco-types:hashValue", value);
    graph_close_part(graph);
    graph_close_parts(graph);
}

void graph_known_as(struct graph *graph, const struct graph_id *whole, struct text identifier,
                    const char *context)
{
    struct graph_id id = graph_part_id("reference", whole);
    if (!identifier.bytes)
        return;
    graph_open_parts(graph, "uco-core:externalReference");
    graph_open_part(graph, &id, "uco-core:ExternalReference");
    graph_text(graph, "uco-core:definingContext", graph_string(context));
    graph_text(graph, "uco-core:externalIdentifier", identifier);
    graph_close_part(graph);
    graph_close_parts(graph);
}

/* ---- parts ---- */

void graph_open_parts(struct graph *graph, const char *key)
{
    json_writer_open_array(graph->writer, key);
}

void graph_open_part(struct graph *graph, const struct graph_id *id, const char *type)
{
    json_writer_open_element(graph->writer);
    write_head(graph, id, type);
}

void graph_close_part(struct graph *graph)
{
    json_writer_close_element(graph->writer);
}

void graph_close_parts(struct graph *graph)
{
    json_writer_close_array(graph->writer);
}
