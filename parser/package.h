/*
 * package - the front door of the parser: the raw bytes of one downloaded result in, records out.
 *
 * The parser knows no disk, database or network. It pulls bytes from a stream, looks into gzip and
 * ZIP (two deep), decides the kind by content, and hands what it reads to a sink as it comes: text
 * in pages, records at their end. It holds at most 1 MiB whatever comes in (libarchive takes 64 KiB
 * more for a ZIP in a ZIP whose names are 64 KiB long on purpose). Nothing that the bytes do is an
 * error: it ends in a parse_status and diagnostics. -1 means that the sink said -1 or that the
 * stream could not be read.
 */
#ifndef PARSER_PACKAGE_H
#define PARSER_PACKAGE_H

#include "base/error.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "base/text.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKAGE_DEFAULT_MAX_UNPACKED (64LL << 30) /* bytes */
#define PACKAGE_PAGE_BYTES 65536                  /* a page of text holds at most this */
#define PACKAGE_FIELD_BYTES 65536                 /* script_name and the like: first bytes kept */
#define PACKAGE_ACTION_BYTES (64 * 1024)          /* all fields and commands of one action */
#define PACKAGE_MAX_MEMBERS 1000000               /* entries looked at in one package's ZIPs */

enum package_kind { PACKAGE_FILE, PACKAGE_TRANSCRIPT, PACKAGE_ACTION };

/* In order of severity: the worst that holds counts. PARSE_NONE: there was nothing to read (a
 * file). */
enum parse_status { PARSE_NONE, PARSE_OK, PARSE_REPAIRED, PARSE_TRUNCATED, PARSE_INVALID };

enum page_stream { PAGE_OUTPUT, PAGE_ERROR };

/* "file" "transcript" "action" */
const char *package_kind_name(enum package_kind kind);
/* "ok" "repaired" "truncated" "invalid"; NULL for PARSE_NONE */
const char *parse_status_name(enum parse_status status);
/* "output" "error" */
const char *page_stream_name(enum page_stream stream);

/* What the output's first and last lines say of the PowerShell session; "" fields are absent
 * (parser/powershell.h). All texts are borrowed and absent when bytes is NULL. */
struct powershell_fields {
    struct text transcript_path; /* as written */
    struct text transcript_id;   /* as written, without braces */
    struct text user;
    struct text runas_user;
    struct text machine;
    struct text host_application; /* its lines joined by LF */
    struct text version;
    bool has_process_id;
    int64_t process_id;
    char started_at[20]; /* local time "2023-03-18T21:04:01", no Z; "" absent */
    char ended_at[20];
};

/* One transcript. Every pointer is borrowed: valid during the call only. */
struct transcript_record {
    int64_t member_index; /* position in the package's ZIP from 0; 0 outside a ZIP */
    struct text script_name;
    bool has_exit_code;
    int64_t exit_code;
    enum parse_status parse_status;
    struct text diagnostics; /* JSON array of {code, count, offset}; absent when there are none */
    struct text extra;       /* JSON object of unknown keys; absent when there are none */
    bool has_output;         /* false: script_output is absent (SQL NULL) */
    int64_t output_bytes;    /* of the normalised text, UTF-8 */
    char output_sha256[SHA256_HEX_SIZE];
    bool has_error;
    int64_t error_bytes;
    int64_t nul_stripped; /* NULs, output and error together */
    int64_t nul_inside;
    struct powershell_fields powershell;
};

/* One command of a machine action. Absent fields: bytes NULL; times "" when absent or unreadable. */
struct command_record {
    int64_t command_index;
    struct text type;   /* RunScript, GetFile, PutFile */
    struct text status; /* Created, Completed, Failed */
    char started_at[TIME_TEXT_SIZE];
    char ended_at[TIME_TEXT_SIZE];
    struct text params;      /* JSON array as in the action */
    struct text errors;      /* JSON array as in the action */
    struct text script_name; /* value of the param ScriptName, any case */
};

/* One machine action. Borrowed like a transcript_record. */
struct action_record {
    int64_t member_index;
    struct text action_id; /* absent when the object has none */
    struct text type;
    struct text status;
    struct text title;
    struct text requestor;
    struct text requestor_comment;
    struct text machine_id;
    struct text machine_name; /* computerDnsName */
    struct text external_id;
    struct text request_source;
    struct text cancellation_requestor;
    struct text cancellation_comment;
    struct text scope;
    struct text error_hresult; /* as written */
    char created_at[TIME_TEXT_SIZE];
    char last_updated_at[TIME_TEXT_SIZE];
    char cancelled_at[TIME_TEXT_SIZE];
    const struct command_record *commands;
    size_t command_count;
};

/* Where records go. A call that returns -1 stops the reading with its error. Order for one
 * transcript: transcript_begin, pages of each stream in order (page_no from 1), transcript_end.
 * Two transcripts never overlap. */
struct package_sink {
    void *context;
    int (*transcript_begin)(void *context, int64_t member_index, struct error *err);
    int (*page)(void *context, enum page_stream stream, int64_t page_no, struct text text,
                struct error *err);
    int (*transcript_end)(void *context, const struct transcript_record *record, struct error *err);
    int (*action)(void *context, const struct action_record *record, struct error *err);
};

struct package_options {
    int64_t max_unpacked_bytes; /* of all containers together; 0: the default */
};

/* What the whole package turned out to be. */
struct package_summary {
    enum package_kind kind;
    enum parse_status parse_status; /* worst of the records; of the container for a file */
    bool more_values;               /* a second JSON value was there and not read */
    int64_t transcript_count;
    int64_t action_count;
    char diagnostics[2048]; /* of file, action and containers: JSON array, "" none */
};

/* Reads the package to its end (or as far as its kind needs). `in` is borrowed. */
int package_read(struct stream *in, const struct package_options *options,
                 const struct package_sink *sink, struct package_summary *summary,
                 struct error *err);

/* Cheap look at the first bytes (up to 64 KiB are enough): true when the package, or what a gzip
 * (two deep) holds, begins as a JSON object or array after an optional byte-order mark (UTF-8 or
 * UTF-16) and white space. Decides which segment keeps the bytes. */
bool package_looks_like_json(const void *bytes, size_t length);

/* The first bytes are those of a gzip or a ZIP: what it holds may be a thousand times its size. */
bool package_is_packed(const void *bytes, size_t length);

#endif
