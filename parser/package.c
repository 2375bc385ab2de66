#include "parser/package.h"

#include "parser/container.h"
#include "parser/diagnostics.h"
#include "parser/document.h"
#include "parser/encoding.h"

#include <string.h>

#define SKIP_BYTES 16384

/* What is carried from document to document. */
struct package {
    const struct package_sink *sink;
    struct package_summary *summary;
    struct container *container;
    struct transcript *transcript; /* made for the first object */
    struct action *action;
    struct diagnostics diagnostics; /* of what has no transcript record */
    enum parse_status worst;        /* of transcripts and actions */
};

const char *package_kind_name(enum package_kind kind)
{
    static const char *const names[] = {"file", "transcript", "action"};
    return names[kind];
}

const char *parse_status_name(enum parse_status status)
{
    static const char *const names[] = {NULL, "ok", "repaired", "truncated", "invalid"};
    return names[status];
}

const char *page_stream_name(enum page_stream stream)
{
    return stream == PAGE_OUTPUT ? "output" : "error";
}

/* Notes how a container ended; a file does not mind what stands behind it. */
static void note_end(struct diagnostics *diagnostics, enum container_end end, int64_t offset,
                     bool is_file)
{
    static const enum diagnostic codes[] = {
        [CONTAINER_TRAILING] = DIAGNOSTIC_TRAILING_BYTES,
        [CONTAINER_TRUNCATED] = DIAGNOSTIC_CONTAINER_TRUNCATED,
        [CONTAINER_BOUND] = DIAGNOSTIC_UNPACKED_LIMIT,
        [CONTAINER_INVALID] = DIAGNOSTIC_CONTAINER_INVALID,
    };
    if (end == CONTAINER_WHOLE || (is_file && end == CONTAINER_TRAILING))
        return;
    if (diagnostics->of[codes[end]].count == 0)
        diagnostics_note(diagnostics, codes[end], 1, offset);
}

/* Reads the rest of a packed document, so that its checksum is looked at. What is in no container
 * has none. */
static int read_rest(struct package *package, struct stream *stream, struct error *err)
{
    char bytes[SKIP_BYTES];
    ssize_t got = container_is_packed(package->container) ? 1 : 0;
    while (got > 0)
        got = stream_read(stream, bytes, sizeof bytes, err);
    return got < 0 ? -1 : 0;
}

/* Half a unit or pair at the end is a cut inside the object, and other bytes behind it. */
static void note_cut_off(struct document *document, const struct encoding *encoding)
{
    enum diagnostic code = document->is_whole ? DIAGNOSTIC_TRAILING_BYTES : DIAGNOSTIC_INPUT_CUT;
    bool is_padding = document->is_whole && encoding_cut_off_is_nul(encoding);
    if (encoding_was_cut(encoding) && !is_padding && document->found.of[code].count == 0)
        diagnostics_note(&document->found, code, 1, encoding_offset(encoding, 0));
}

static void note_encoding(struct diagnostics *diagnostics, const struct encoding *encoding)
{
    if (encoding_is_utf16(encoding))
        diagnostics_note(diagnostics, DIAGNOSTIC_UTF16, 1, 0);
    if (encoding_lone_surrogates(encoding) > 0)
        diagnostics_note(diagnostics, DIAGNOSTIC_LONE_SURROGATE, encoding_lone_surrogates(encoding),
                         encoding_first_lone_surrogate(encoding));
}

static void note_kind(struct package_summary *summary, enum package_kind kind)
{
    if (kind == PACKAGE_TRANSCRIPT)
        summary->transcript_count++;
    if (kind == PACKAGE_TRANSCRIPT || summary->kind == PACKAGE_FILE)
        summary->kind = kind;
}

/* The input of an object is over, or its grammar is broken. */
static int finish_document(struct package *package, struct document *document,
                           struct encoding *encoding, struct stream *stream, struct error *err)
{
    enum package_kind kind;
    enum parse_status status;
    if (document_decide(document, &kind, err))
        return -1;
    int64_t stop_offset = json_reader_stop_offset(document->json);
    if (stop_offset >= 0)
        encoding_stop_at(encoding, stop_offset);
    else
        note_cut_off(document, encoding);
    bool broken = diagnostics_status(&document->found) == PARSE_INVALID;
    if (!broken && read_rest(package, stream, err))
        return -1;
    enum container_end end = container_end(package->container);
    int64_t end_offset = container_end_offset(package->container);
    note_end(&package->diagnostics, end, end_offset, kind == PACKAGE_FILE);
    if (kind == PACKAGE_FILE)
        return 0;
    note_encoding(&document->found, encoding);
    if (kind == PACKAGE_TRANSCRIPT)
        note_end(&document->found, end, end_offset, false);
    if (document_end(document, kind, &status, err))
        return -1;
    if (kind == PACKAGE_ACTION)
        diagnostics_add(&package->diagnostics, &document->found);
    if (status > package->worst)
        package->worst = status;
    struct package_summary *summary = package->summary;
    note_kind(summary, kind);
    summary->action_count += document->action_count;
    summary->more_values |= document->found.of[DIAGNOSTIC_MORE_VALUES].count > 0;
    return 0;
}

/* Reads an object whose first bytes are in `bytes`. */
static int read_object(struct package *package, struct encoding *encoding, struct stream *stream,
                       const char *bytes, size_t length, struct error *err)
{
    struct document document;
    if (!package->transcript) {
        package->transcript = transcript_new(package->sink);
        package->action = action_new();
    }
    document_init(&document, package->sink, encoding, package->transcript, package->action,
                  container_member_index(package->container));
    ssize_t got = (ssize_t)length;
    enum json_state state = JSON_READING;
    while (got > 0 && (state == JSON_READING || state == JSON_ENDED)) {
        state = document_feed(&document, bytes, (size_t)got, err);
        if (state == JSON_READING || state == JSON_ENDED)
            got = encoding_next(encoding, &bytes, err);
    }
    int result = -1;
    if (got >= 0 && state != JSON_STOPPED)
        result = finish_document(package, &document, encoding, stream, err);
    document_release(&document);
    return result;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* A document by its first byte that is no white space. */
static int read_document(struct package *package, struct stream *stream, struct error *err)
{
    struct encoding *encoding = encoding_new(stream);
    const char *bytes;
    ssize_t length, i = 0;
    while ((length = encoding_next(encoding, &bytes, err)) > 0) {
        i = 0;
        while (i < length && is_blank(bytes[i]))
            i++;
        if (i < length)
            break;
    }
    int result = -1;
    if (length > 0 && bytes[i] == '{') {
        result = read_object(package, encoding, stream, bytes, (size_t)length, err);
    } else if (length >= 0) {
        result = read_rest(package, stream, err);
        note_end(&package->diagnostics, container_end(package->container),
                 container_end_offset(package->container), true);
    }
    encoding_free(encoding);
    return result;
}

static void summarise(struct package *package)
{
    struct package_summary *summary = package->summary;
    bool is_file = summary->kind == PACKAGE_FILE;
    note_end(&package->diagnostics, container_worst_end(package->container), 0, is_file);
    enum parse_status outside = diagnostics_status(&package->diagnostics);
    summary->parse_status = is_file ? PARSE_NONE : package->worst;
    if (outside > PARSE_OK && outside > summary->parse_status)
        summary->parse_status = outside;
    struct buffer text;
    buffer_init(&text, sizeof summary->diagnostics - 1);
    diagnostics_write(&package->diagnostics, &text);
    memcpy(summary->diagnostics, buffer_text(&text), text.length + 1);
    buffer_release(&text);
}

int package_read(struct stream *in, const struct package_options *options,
                 const struct package_sink *sink, struct package_summary *summary,
                 struct error *err)
{
    *summary = (struct package_summary){.kind = PACKAGE_FILE};
    int64_t most = options ? options->max_unpacked_bytes : 0;
    struct package package = {
        .sink = sink,
        .summary = summary,
        .container = container_new(in, most > 0 ? most : PACKAGE_DEFAULT_MAX_UNPACKED),
    };
    struct stream *document;
    int status;
    while ((status = container_next(package.container, &document, err)) > 0)
        if (read_document(&package, document, err)) {
            status = -1;
            break;
        }
    if (status == 0)
        summarise(&package);
    transcript_free(package.transcript);
    action_free(package.action);
    container_free(package.container);
    return status;
}
