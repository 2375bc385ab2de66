#include "evidence/merkle_record.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/stream.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELD_HASHES 2048

struct merkle_record {
    struct merkle tree;
    int fd;
    char *folder; /* for messages */
    size_t held;
    unsigned char hashes[HELD_HASHES][SHA256_SIZE];
};

struct merkle_record *merkle_record_new(const char *folder, struct error *err)
{
    int fd = file_open_nameless(folder, err);
    if (fd < 0)
        return NULL;
    struct merkle_record *record = memory_zeroed(1, sizeof *record);
    record->fd = fd;
    record->folder = memory_copy_text(folder, strlen(folder));
    return record;
}

void merkle_record_free(struct merkle_record *record)
{
    if (!record)
        return;
    close(record->fd);
    free(record->folder);
    free(record);
}

static int flush(struct merkle_record *record, struct error *err)
{
    size_t length = record->held * SHA256_SIZE;
    record->held = 0;
    return length == 0 ? 0 : file_write(record->fd, record->folder, record->hashes, length, err);
}

static int keep(struct merkle_record *record, const unsigned char hash[SHA256_SIZE],
                struct error *err)
{
    memcpy(record->hashes[record->held++], hash, SHA256_SIZE);
    return record->held == HELD_HASHES ? flush(record, err) : 0;
}

/* Hashes are kept as they come about: the leaf's, then those of the whole subtrees that end with it. */
int merkle_record_add(struct merkle_record *record, const void *bytes, size_t length,
                      struct error *err)
{
    unsigned char hash[SHA256_SIZE];
    int place = record->tree.count;
    merkle_leaf(bytes, length, hash);
    if (keep(record, hash, err))
        return -1;
    for (int64_t size = record->tree.size + 1; size % 2 == 0; size /= 2) {
        merkle_node(record->tree.complete[--place], hash, hash);
        if (keep(record, hash, err))
            return -1;
    }
    memcpy(record->tree.complete[place], hash, SHA256_SIZE);
    record->tree.count = place + 1;
    record->tree.size++;
    return 0;
}

int merkle_record_finish(struct merkle_record *record, struct error *err)
{
    return flush(record, err);
}

int64_t merkle_record_size(const struct merkle_record *record)
{
    return record->tree.size;
}

void merkle_record_root(const struct merkle_record *record, unsigned char root[SHA256_SIZE])
{
    merkle_root(&record->tree, root);
}

/* The hash of the whole subtree of 2^level leaves that begins with leaf `begin`. It stands behind those of all subtrees that end
 * before its last leaf, and those within it that end with that leaf. */
static int read_whole(const struct merkle_record *record, int64_t begin, int level,
                      unsigned char hash[SHA256_SIZE], struct error *err)
{
    struct file_stream stream;
    int64_t before = 0;
    for (int64_t count = begin + ((int64_t)1 << level) - 1; count > 0; count /= 2)
        before += count;
    file_stream_init(&stream, record->fd, record->folder, (before + level) * SHA256_SIZE,
                     SHA256_SIZE);
    ssize_t got = stream_read_full(&stream.stream, hash, SHA256_SIZE, err);
    if (got == SHA256_SIZE)
        return 0;
    return got < 0 ? -1 : error_set(err, ERROR_IO, "a temporary file lost bytes");
}

/* The largest power of two below `count`, which is 2 or more. */
static int split_level(int64_t count)
{
    int level = 0;
    while (((int64_t)2 << level) < count)
        level++;
    return level;
}

/* The root over leaves [begin, end): whole subtrees from the left, each half as large or less. */
static int read_root(const struct merkle_record *record, int64_t begin, int64_t end,
                     unsigned char root[SHA256_SIZE], struct error *err)
{
    unsigned char parts[MERKLE_LEVELS][SHA256_SIZE];
    int count = 0;
    while (begin < end) {
        int level = end - begin == 1 ? 0 : split_level(end - begin + 1);
        if (read_whole(record, begin, level, parts[count++], err))
            return -1;
        begin += (int64_t)1 << level;
    }
    memcpy(root, parts[--count], SHA256_SIZE);
    while (count > 0)
        merkle_node(parts[--count], root, root);
    return 0;
}

int merkle_record_prove(const struct merkle_record *record, int64_t index,
                        struct merkle_proof *proof, struct error *err)
{
    unsigned char ways[MERKLE_LEVELS][SHA256_SIZE]; /* the highest first */
    int64_t begin = 0, end = record->tree.size;
    *proof = (struct merkle_proof){.index = index};
    while (end - begin > 1) {
        int64_t middle = begin + ((int64_t)1 << split_level(end - begin));
        bool is_left = index < middle;
        if (read_root(record, is_left ? middle : begin, is_left ? end : middle,
                      ways[proof->count++], err))
            return -1;
        if (is_left)
            end = middle;
        else
            begin = middle;
    }
    for (int i = 0; i < proof->count; i++)
        memcpy(proof->hashes[i], ways[proof->count - 1 - i], SHA256_SIZE);
    return 0;
}
