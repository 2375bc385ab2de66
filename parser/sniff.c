/* The cheap look at a package's first bytes that parser/package.h promises. */
#include "parser/gzip.h"
#include "parser/package.h"

#include "base/memory.h"
#include "parser/encoding.h"

#include <stdlib.h>
#include <string.h>

/* Containers inside each other, as in parser/container.c. */
#define MAX_DEPTH 2
/* A deflated run of blanks can be long: what is hidden behind more is not looked for. */
#define MAX_UNPACKED_BYTES (256 * 1024)

/* True when the stream begins as a JSON object or array. */
static bool begins_as_json(struct stream *stream)
{
    struct encoding *encoding = encoding_new(stream);
    const char *bytes;
    ssize_t length;
    char first = '\0';
    while (!first && (length = encoding_next(encoding, &bytes, NULL)) > 0) {
        ssize_t i = 0;
        while (i < length && bytes[i] && strchr(" \t\r\n", bytes[i]))
            i++;
        if (i < length)
            first = bytes[i] ? bytes[i] : 'x';
    }
    encoding_free(encoding);
    return first == '{' || first == '[';
}

static bool looks_like_json(const void *bytes, size_t length, int depth)
{
    struct memory_stream stream;
    memory_stream_init(&stream, bytes, length, 0);
    bool is_gzip = length >= GZIP_MAGIC_LENGTH && memcmp(bytes, GZIP_MAGIC, GZIP_MAGIC_LENGTH) == 0;
    if (!is_gzip || depth == MAX_DEPTH)
        return begins_as_json(&stream.stream);
    int64_t left = MAX_UNPACKED_BYTES;
    struct gzip *gzip = gzip_new(&stream.stream, &left);
    /* The first few bytes tell whether there is another gzip inside. */
    char start[4096];
    ssize_t got = stream_read_full(gzip_stream(gzip), start, GZIP_MAGIC_LENGTH, NULL);
    bool result = false;
    if (got == GZIP_MAGIC_LENGTH && memcmp(start, GZIP_MAGIC, GZIP_MAGIC_LENGTH) == 0) {
        ssize_t more = stream_read_full(gzip_stream(gzip), start + got,
                                        sizeof start - (size_t)got, NULL);
        if (more >= 0)
            result = looks_like_json(start, (size_t)(got + more), depth + 1);
    }
    gzip_free(gzip);
    if (result || got <= 0)
        return result;
    /* Again from the start, for the encoding to read. */
    memory_stream_init(&stream, bytes, length, 0);
    left = MAX_UNPACKED_BYTES;
    gzip = gzip_new(&stream.stream, &left);
    result = begins_as_json(gzip_stream(gzip));
    gzip_free(gzip);
    return result;
}

bool package_looks_like_json(const void *bytes, size_t length)
{
    return looks_like_json(bytes, length, 0);
}
