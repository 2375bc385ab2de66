/*
 * receipt - the custody record of one coming-in, kept beside the package in the evidence segment.
 *
 * It holds what the ledger must not: names of machines, scripts, paths and notes. One JSON object
 * with the names of struct receipt's fields; absent ones are left out.
 */
#ifndef INGEST_RECEIPT_H
#define INGEST_RECEIPT_H

#include "base/error.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/time.h"
#include "evidence/ledger.h"

#include <stdbool.h>
#include <stdint.h>

#define RECEIPT_TEXT_BYTES 65536 /* of a note; other texts at most 4096 */

/* How a package was fetched from the service. Nothing in it is a secret. Texts as in struct receipt. */
struct fetched {
    const char *link; /* where the bytes came from, without its query */
    int64_t http_status;
    /* the response's headers */
    const char *http_date, *etag, *last_modified, *content_md5, *request_id;
    const char *started_at, *ended_at; /* of the download, links and repetitions too; our clock */
};

/* Texts are borrowed C strings; NULL or "" is absent. */
struct receipt {
    int64_t number; /* of its ledger line */
    const char *event;
    const char *time; /* acquired */
    const char *operator_name, *os_user, *host, *tool;
    const char *package_sha256; /* "" when the event is about no package */
    int64_t size_bytes;
    const char *source;     /* absolute path, "stdin", or the URL that was asked */
    const char *source_hex; /* the path's bytes in hex, when they are not UTF-8 */
    const char *file_mtime;
    const char *tenant_id, *action_id, *machine_id, *machine_name, *note, *observed_at, *case_name;
    bool has_command_index;
    int64_t command_index;
    int64_t max_unpacked_bytes;
    const struct fetched
        *fetched; /* written only: NULL when it was not fetched, or was read back */
};

/* Begins a receipt with what each has; what the event has to say follows. */
void receipt_begin(struct json_writer *writer, int64_t number, const char *event, const char *time,
                   const struct ledger_actor *actor);

/* The JSON text of a package's receipt, owned by the writer until its next begin. Of the struct the
 * operator_name, os_user, host and tool are not used: the actor tells them. */
struct text receipt_write(const struct receipt *receipt, const struct ledger_actor *actor,
                          struct json_writer *writer);

/* Reads it back; the texts are borrowed from *object, which the caller frees. */
int receipt_parse(struct text json, struct receipt *receipt, struct json_object **object,
                  struct error *err);

#endif
