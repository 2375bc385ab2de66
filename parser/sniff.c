/* The cheap look at a package's first bytes that parser/package.h promises. */
#include "parser/container.h"
#include "parser/encoding.h"
#include "parser/package.h"
#include "parser/zip.h"

#include <string.h>

/* What a gzip hides behind more white space than this is not looked for. */
#define MAX_UNPACKED_BYTES (256 * 1024)

/* True when the document begins as a JSON object or array. */
static bool begins_as_json(struct stream *document)
{
    struct encoding *encoding = encoding_new(document);
    const char *bytes;
    ssize_t length, i = 0;
    while ((length = encoding_next(encoding, &bytes, NULL)) > 0) {
        for (i = 0; i < length && bytes[i] && strchr(" \t\r\n", bytes[i]); i++)
            ;
        if (i < length)
            break;
    }
    bool result = length > 0 && (bytes[i] == '{' || bytes[i] == '[');
    encoding_free(encoding);
    return result;
}

bool package_looks_like_json(const void *bytes, size_t length)
{
    struct memory_stream stream;
    memory_stream_init(&stream, bytes, length, 0);
    struct container *container = container_new(&stream.stream, MAX_UNPACKED_BYTES);
    struct stream *document;
    bool result = container_next(container, &document, NULL) > 0 && !container_in_zip(container) &&
                  begins_as_json(document);
    container_free(container);
    return result;
}

bool package_is_packed(const void *bytes, size_t length)
{
    static const char gzip_magic[] = "\x1F\x8B\x08";
    return (length >= sizeof gzip_magic - 1 &&
            memcmp(bytes, gzip_magic, sizeof gzip_magic - 1) == 0) ||
           (length >= sizeof ZIP_MAGIC - 1 && memcmp(bytes, ZIP_MAGIC, sizeof ZIP_MAGIC - 1) == 0);
}
