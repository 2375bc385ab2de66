/*
 * ledger - the append-only, hash-chained record of events: ledger/000001.jsonl and on.
 *
 * One JSON object a line: number (from 1), event, time (UTC), operator (claimed), os_user and host
 * (observed), tool, prev (lower-case hex SHA-256 of the line before without its LF; 64 zeros in the
 * first), then what the event adds. The chain runs on over files; a new one begins once a file has
 * reached LEDGER_FILE_BYTES. Nobody locks here: the caller holds the archive's lock. Readers may
 * run at any time and see whole lines.
 */
#ifndef EVIDENCE_LEDGER_H
#define EVIDENCE_LEDGER_H

#include "base/error.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

#define LEDGER_FILE_BYTES (64LL * 1024 * 1024)
#define LEDGER_LINE_BYTES 65536 /* a line at most, without its LF */

/* A place in the ledger: behind line `number`. number 0: before the first line, sha256 64 zeros,
 * file 1, offset 0. */
struct ledger_place {
    int64_t number;
    char sha256[SHA256_HEX_SIZE]; /* of that line */
    int file;                     /* number of the file that holds it */
    int64_t offset;               /* in that file, behind the line's LF */
};

void ledger_place_start(struct ledger_place *place);

/* Who acts; observed once per process except for the operator. */
struct ledger_actor {
    char operator_name[256];
    char os_user[256];
    char host[256];
    char tool[64]; /* "lrarchive 0.1.0" */
};

/* Open for appending. */
struct ledger;

/* Opens `folder` (the archive's ledger/) at `place`, which must be the end of the last whole line;
 * anything behind it is an error (recovery has dealt with it before). */
struct ledger *ledger_open(const char *folder, const struct ledger_place *place, struct error *err);
void ledger_close(struct ledger *ledger); /* NULL is fine; drops what was not synced */

/* Number that the next line will get. */
int64_t ledger_next_number(const struct ledger *ledger);

/* Starts the next line with the common fields; the caller adds its own to the writer. */
struct json_writer *ledger_begin(struct ledger *ledger, const char *event,
                                 const char time[TIME_TEXT_SIZE], const struct ledger_actor *actor);
/* Ends it; the line waits in memory. *line (borrowed until the next ledger_end or ledger_sync) is its
 * text without LF, *place the place behind it as it will be. Too long: ERROR_LIMIT and the line is
 * dropped. From 64 MiB of waiting lines on they are written, but not fsynced. */
int ledger_end(struct ledger *ledger, struct text *line, struct ledger_place *place,
               struct error *err);

/* Writes all waiting lines and fsyncs (a new file's folder too). After -1 nothing may be written
 * any more. */
int ledger_sync(struct ledger *ledger, struct error *err);

/* Another size than LEDGER_FILE_BYTES at which the next file begins: for tests, before the first
 * line. */
void ledger_set_file_limit(struct ledger *ledger, int64_t bytes);

/* Walks lines from a place; checks numbers and chain. */
struct ledger_reader;

struct ledger_line {
    struct ledger_place place;  /* behind this line */
    int64_t line_offset;        /* of its first byte in place.file */
    struct text line;           /* without LF; valid until the next call */
    struct json_object *object; /* owned by the reader; valid until the next call */
};

struct ledger_reader *ledger_reader_open(const char *folder, const struct ledger_place *from,
                                         struct error *err);
void ledger_reader_close(struct ledger_reader *reader); /* NULL is fine */

/* 1 with *line; 0 at the end of the last whole line; -1: ERROR_DAMAGED with path and offset (not
 * JSON, wrong number, wrong prev, too long, a file missing), or ERROR_IO. Once 0, it may be called
 * again later to see new lines. */
int ledger_reader_next(struct ledger_reader *reader, struct ledger_line *line, struct error *err);

/* After 0: bytes behind the last LF (a torn line), and the file and offset where they begin. */
int64_t ledger_reader_torn(const struct ledger_reader *reader, int *file, int64_t *offset);

/* "000001.jsonl" */
void ledger_file_name(int file, char name[32]);

#endif
