#include "ingest/format.h"

#include "base/buffer.h"
#include "base/file.h"
#include "ingest/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FORMAT_MARK "lrarchive archive, format "
#define FORMAT_MAX_BYTES 65536

static const char text[] = FORMAT_MARK
    "1\n"
    "\n"
    "This folder keeps the results of Microsoft Defender Live Response as evidence.\n"
    "Everything in it can be read without lrarchive:\n"
    "\n"
    "evidence/  packages exactly as they were downloaded, and a receipt for every\n"
    "           time one came in. Each file is an ordinary tar.gz:\n"
    "             tar tzf evidence/results-000001.tar.gz\n"
    "             tar xzOf evidence/results-000001.tar.gz packages/HASH | sha256sum\n"
    "           A package is named by the SHA-256 of its bytes. results-... holds what\n"
    "           looks like JSON, files-... everything else: it may be malware.\n"
    "           A file is read-only once it is full; its SHA-256 is then in the ledger.\n"
    "ledger/    one event a line, JSON. `prev` is the SHA-256 of the line before,\n"
    "           without its line feed:\n"
    "             sed -n 1p ledger/000001.jsonl | tr -d '\\n' | sha256sum\n"
    "             sed -n 2p ledger/000001.jsonl\n"
    "           `segment`, `offset` and `stored_bytes` cut a package out, and what was\n"
    "           cut is gzip by itself:\n"
    "             dd if=evidence/SEGMENT iflag=skip_bytes,count_bytes skip=OFFSET \\\n"
    "               count=STORED_BYTES status=none | gzip -dc | sha256sum\n"
    "           `entry_segment`, `entry_offset` and `entry_bytes` name all that the\n"
    "           event added, and `entry_sha256` is the hash of those stored bytes.\n"
    "history.db the index over both, SQLite; it can be made again from them:\n"
    "             sqlite3 -readonly history.db 'SELECT * FROM results'\n"
    "recovered/ bytes that a crash left behind and that are no whole entry, if any.\n"
    "spool/     downloads that are not whole yet; state/ how far fetching is. Neither\n"
    "           is evidence.\n"
    "lock       held while somebody writes; `parsing` names the package being read.\n"
    "\n"
    "Keep the whole folder together. Do not edit anything in it.\n";

const char *format_text(void)
{
    return text;
}

int format_check(const char *folder, struct error *err)
{
    char *path = file_join(folder, "FORMAT.txt");
    struct buffer content;
    buffer_init(&content, FORMAT_MAX_BYTES);
    int result = 0;
    struct stat status;
    if (stat(path, &status) && errno == EACCES) {
        result = error_set(err, ERROR_ACCESS,
                           "may not be read by this account; ask its owner, or run as the owner");
        error_at_path(err, folder);
    } else if (!file_exists(path)) {
        result = error_set(err, ERROR_ARCHIVE,
                           "no archive here; is the disk mounted? (`lrarchive init` makes one)");
        error_at_path(err, folder);
    } else if (file_read(path, &content, err)) {
        result = -1;
    } else {
        const char *found = buffer_text(&content);
        size_t mark = strlen(FORMAT_MARK);
        long version = strncmp(found, FORMAT_MARK, mark) == 0 ? strtol(found + mark, NULL, 10) : 0;
        if (version > ARCHIVE_FORMAT)
            result = error_set(err, ERROR_ARCHIVE,
                               "the archive has format %ld and this version knows %d; "
                               "use a newer lrarchive",
                               version, ARCHIVE_FORMAT);
        else if (version < 1)
            result = error_set(err, ERROR_ARCHIVE,
                               "not the FORMAT.txt of an lrarchive archive; is -a right?");
        if (result)
            error_at_path(err, path);
    }
    buffer_release(&content);
    free(path);
    return result;
}
