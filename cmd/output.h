/*
 * output - everything the program says: results on stdout, all else on stderr, for people or as
 * JSON, an object a line; and the exit status that follows.
 *
 * Text from packages, and everything else that strangers wrote, never reaches a terminal with its
 * control characters live; into a pipe it goes unchanged, but for TAB, LF and CR where it must stay
 * on one line. Writing to stdout cannot fail for the caller: the first failure is kept, later
 * output is dropped, and output_finish tells. A reader that went away is no failure.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum exit_status {
    EXIT_DONE = 0,
    EXIT_NO = 1, /* the answer is no: nothing matches, damage was found */
    EXIT_USAGE = 2,
    EXIT_NOT_WHOLE = 3, /* kept, but truncated, invalid, or not read to its end */
    EXIT_SYSTEM = 4,    /* disk, database, network */
    EXIT_REJECTED = 5,  /* some input was not kept */
    EXIT_TEMPORARY = 6,
    EXIT_REFUSED = 7, /* access */
};

struct output {
    bool json, quiet;
    bool to_terminal;        /* stdout */
    bool errors_to_terminal; /* stderr */
    bool is_closed;          /* stdout's reader went away */
    struct error failure;    /* of stdout, or an interruption; code ERROR_NONE: none */
    struct buffer waiting;   /* for stdout */
    struct json_writer *writer;
};

void output_init(struct output *output);
void output_release(struct output *output);

/* Terminal columns of stdout. */
size_t output_columns(void);

/* ---- stdout ---- */

/* These bytes as they are. */
void output_bytes(struct output *output, const void *bytes, size_t length);
/* Text of our own. */
void output_format(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A stranger's text on one line. */
void output_line_of(struct output *output, struct text text);
/* A stranger's running text: unchanged into a pipe. */
void output_text(struct output *output, struct text text);

/* One JSON object: begin, fill the writer, end (writes it and LF). */
struct json_writer *output_object(struct output *output);
void output_object_end(struct output *output);
/* JSON that is written already, without a LF behind it. */
void output_json(struct output *output, struct text json);
/* A JSON object that is written already, as a line. */
void output_json_line(struct output *output, struct text json);

void output_flush(struct output *output);

/* True when saying more is pointless: nobody reads, the disk is full, or a signal asks to end. */
bool output_is_over(struct output *output);

/* ---- stderr ---- */

void output_error(struct output *output, const struct error *err);
/* As output_error, and the status that the error's code means. */
enum exit_status output_fail(struct output *output, const struct error *err);
/* One sentence that is no error; nothing with -q. */
void output_notice(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The line that progress is shown on, on a terminal only; an empty text takes it away. */
void output_progress(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- the end ---- */

enum exit_status output_status(enum error_code code);
/* Of two, the one that counts: 4, then 7, 6, 5, 3. */
enum exit_status output_worse(enum exit_status a, enum exit_status b);
/* Writes what waits and reports a failure of stdout. Returns the status to exit with. */
enum exit_status output_finish(struct output *output, enum exit_status status);

#endif
