#include "cmd/output.h"

#include "base/interrupt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WAITING_BYTES 65536
#define LINE_BYTES (64 * 1024) /* on stderr */

void output_init(struct output *output)
{
    *output = (struct output){.to_terminal = isatty(STDOUT_FILENO) == 1,
                              .errors_to_terminal = isatty(STDERR_FILENO) == 1,
                              .writer = json_writer_new()};
    buffer_init(&output->waiting, WAITING_BYTES);
}

void output_release(struct output *output)
{
    json_writer_free(output->writer);
    buffer_release(&output->waiting);
}

size_t output_columns(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *given = getenv("COLUMNS");
    int64_t columns;
    if (given && text_parse_int64(given, strlen(given), &columns) == 0 && columns > 0 &&
        columns < 10000)
        return (size_t)columns;
    return 80;
}

/* ---- stdout ---- */

static void write_out(struct output *output, const char *bytes, size_t length)
{
    while (length > 0 && !output->is_closed && output->failure.code == ERROR_NONE) {
        ssize_t done = write(STDOUT_FILENO, bytes, length);
        if (done >= 0) {
            bytes += done;
            length -= (size_t)done;
        } else if (errno == EPIPE) {
            output->is_closed = true;
        } else if (errno == EINTR) {
            (void)interrupt_check(&output->failure);
        } else {
            error_set_errno(&output->failure, ERROR_IO, errno, "cannot write to stdout");
        }
    }
}

void output_flush(struct output *output)
{
    write_out(output, output->waiting.bytes, output->waiting.length);
    buffer_clear(&output->waiting);
}

void output_bytes(struct output *output, const void *bytes, size_t length)
{
    if (length > WAITING_BYTES - output->waiting.length)
        output_flush(output);
    if (length > WAITING_BYTES)
        write_out(output, bytes, length);
    else
        (void)buffer_append(&output->waiting, bytes, length);
}

void output_format(struct output *output, const char *format, ...)
{
    char small[1024];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (length > 0)
        output_bytes(output, small,
                     (size_t)length < sizeof small ? (size_t)length : sizeof small - 1);
}

/* Calls `put` with runs of the text in which TAB, LF and CR are shown. */
static void keep_on_line(struct text text, void (*put)(void *, const char *, size_t), void *context)
{
    size_t start = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *shown = text.bytes[i] == '\t'   ? "\\t"
                            : text.bytes[i] == '\n' ? "\\n"
                            : text.bytes[i] == '\r' ? "\\r"
                                                    : NULL;
        if (!shown)
            continue;
        if (i > start)
            put(context, text.bytes + start, i - start);
        put(context, shown, 2);
        start = i + 1;
    }
    if (text.length > start)
        put(context, text.bytes + start, text.length - start);
}

static void put_out(void *context, const char *bytes, size_t length)
{
    output_bytes(context, bytes, length);
}

static void put_in_buffer(void *context, const char *bytes, size_t length)
{
    (void)buffer_append_some(context, bytes, length);
}

static void escape_out(struct output *output, struct text text, enum text_keep keep)
{
    struct buffer escaped;
    buffer_init(&escaped, SIZE_MAX / 2);
    text_escape(&escaped, text.bytes, text.length, keep);
    output_bytes(output, escaped.bytes, escaped.length);
    buffer_release(&escaped);
}

void output_line_of(struct output *output, struct text text)
{
    if (output->to_terminal)
        escape_out(output, text, TEXT_KEEP_NONE);
    else
        keep_on_line(text, put_out, output);
}

void output_text(struct output *output, struct text text)
{
    if (output->to_terminal)
        escape_out(output, text, TEXT_KEEP_LINE_ENDS);
    else
        output_bytes(output, text.bytes, text.length);
}

/* ---- JSON ---- */

/* Hazards in JSON stand in strings only, where an escape says the same (RFC 8259, section 7). */
static void escape_json(struct buffer *out, struct text json)
{
    size_t used;
    for (size_t i = 0; i < json.length; i += used) {
        uint32_t c = text_decode(json.bytes + i, json.length - i, &used, NULL);
        if (c == TEXT_INVALID || !text_is_hazard(c))
            (void)buffer_append(out, json.bytes + i, used);
        else if (c > 0xFFFF)
            text_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (c >> 10)),
                        (unsigned)(0xDC00 + (c & 0x3FF)));
        else
            text_printf(out, "\\u%04x", (unsigned)c);
    }
}

struct json_writer *output_object(struct output *output)
{
    json_writer_begin(output->writer);
    return output->writer;
}

void output_json(struct output *output, struct text json)
{
    if (output->to_terminal) {
        struct buffer escaped;
        buffer_init(&escaped, SIZE_MAX / 2);
        escape_json(&escaped, json);
        output_bytes(output, escaped.bytes, escaped.length);
        buffer_release(&escaped);
    } else {
        output_bytes(output, json.bytes, json.length);
    }
}

void output_json_line(struct output *output, struct text json)
{
    output_json(output, json);
    output_bytes(output, "\n", 1);
}

void output_object_end(struct output *output)
{
    output_json_line(output, json_writer_end(output->writer));
}

bool output_is_over(struct output *output)
{
    if (output->failure.code == ERROR_NONE)
        (void)interrupt_check(&output->failure);
    return output->is_closed || output->failure.code != ERROR_NONE;
}

/* ---- stderr ---- */

/* One write for the line, so that lines of several processes do not mix. Where stderr cannot be
 * written there is nobody left to tell. */
static void write_error_line(struct buffer *line)
{
    const char *at = line->bytes;
    size_t left = line->length;
    while (left > 0) {
        ssize_t done = write(STDERR_FILENO, at, left);
        if (done < 0 && errno != EINTR)
            break;
        at += done > 0 ? done : 0;
        left -= done > 0 ? (size_t)done : 0;
    }
}

static void write_error_object(struct output *output, struct json_writer *writer)
{
    struct buffer line;
    struct text json = json_writer_end(writer);
    buffer_init(&line, LINE_BYTES);
    if (output->errors_to_terminal)
        escape_json(&line, json);
    else
        (void)buffer_append(&line, json.bytes, json.length);
    (void)buffer_append(&line, "\n", 1);
    write_error_line(&line);
    buffer_release(&line);
}

static void report_object(struct output *output, const struct error *err)
{
    struct json_writer *writer = json_writer_new();
    json_writer_begin(writer);
    json_writer_text(writer, "code", error_code_name(err->code));
    json_writer_text(writer, "message", err->message);
    json_writer_text_if(writer, "path", err->path);
    if (err->offset >= 0)
        json_writer_int64(writer, "offset", err->offset);
    write_error_object(output, writer);
    json_writer_free(writer);
}

void output_error(struct output *output, const struct error *err)
{
    struct buffer line;
    /* What was printed comes first on a screen that shows both. */
    output_flush(output);
    if (output->json) {
        report_object(output, err);
        return;
    }
    struct text path = {err->path, strlen(err->path)};
    buffer_init(&line, LINE_BYTES);
    text_printf(&line, "lrarchive: ");
    if (output->errors_to_terminal)
        text_escape(&line, path.bytes, path.length, TEXT_KEEP_NONE);
    else
        keep_on_line(path, put_in_buffer, &line);
    if (path.length > 0)
        text_printf(&line, ": ");
    if (err->offset >= 0)
        text_printf(&line, "byte %lld: ", (long long)err->offset);
    text_escape(&line, err->message, strlen(err->message), TEXT_KEEP_NONE);
    text_printf(&line, "\n");
    write_error_line(&line);
    buffer_release(&line);
}

enum exit_status output_fail(struct output *output, const struct error *err)
{
    output_error(output, err);
    return output_status(err->code);
}

void output_notice(struct output *output, const char *format, ...)
{
    char sentence[1024];
    va_list args;
    if (output->quiet)
        return;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    output_flush(output);
    if (output->json) {
        struct json_writer *writer = json_writer_new();
        json_writer_begin(writer);
        json_writer_text(writer, "notice", sentence);
        write_error_object(output, writer);
        json_writer_free(writer);
        return;
    }
    struct buffer line;
    buffer_init(&line, LINE_BYTES);
    text_escape(&line, sentence, strlen(sentence), TEXT_KEEP_NONE);
    text_printf(&line, "\n");
    write_error_line(&line);
    buffer_release(&line);
}

void output_progress(struct output *output, const char *format, ...)
{
    char sentence[256];
    va_list args;
    if (output->quiet || output->json || !output->errors_to_terminal)
        return;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    struct buffer line;
    buffer_init(&line, LINE_BYTES);
    text_printf(&line, "\r\x1b[K%s", sentence);
    write_error_line(&line);
    buffer_release(&line);
}

/* ---- the end ---- */

enum exit_status output_status(enum error_code code)
{
    switch (code) {
    case ERROR_NONE:
        return EXIT_DONE;
    case ERROR_NOT_FOUND:
        return EXIT_NO;
    case ERROR_USAGE:
        return EXIT_USAGE;
    case ERROR_REJECTED:
        return EXIT_REJECTED;
    case ERROR_TEMPORARY:
        return EXIT_TEMPORARY;
    case ERROR_ACCESS:
        return EXIT_REFUSED;
    case ERROR_DAMAGED:
    case ERROR_ARCHIVE:
    case ERROR_IO:
    case ERROR_DATABASE:
    case ERROR_INVALID:
    case ERROR_LIMIT:
        break;
    }
    return EXIT_SYSTEM;
}

enum exit_status output_worse(enum exit_status a, enum exit_status b)
{
    /* A wrong path among good ones stops an ingest: that outranks what was not kept before it. */
    static const enum exit_status order[] = {EXIT_SYSTEM, EXIT_REFUSED,  EXIT_TEMPORARY,
                                             EXIT_USAGE,  EXIT_REJECTED, EXIT_NOT_WHOLE,
                                             EXIT_NO};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return EXIT_DONE;
}

enum exit_status output_finish(struct output *output, enum exit_status status)
{
    output_flush(output);
    if (output->failure.code == ERROR_NONE)
        return status;
    struct error failure = output->failure;
    output_error(output, &failure);
    return output_worse(status, output_status(failure.code));
}
