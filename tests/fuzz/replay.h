/* replay - the seeds and former findings of a fuzz target, in the usual tests. ROOT: the project folder, default the working
 * one. */
#ifndef TESTS_FUZZ_REPLAY_H
#define TESTS_FUZZ_REPLAY_H

#include "base/buffer.h"
#include "base/file.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define REPLAY_LARGEST_BYTES (1 << 20)

static void replay(const char *target, int (*run)(const uint8_t *data, size_t size))
{
    const char *root = getenv("ROOT");
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", root ? root : ".", target);
    DIR *entries = opendir(folder);
    if (!entries)
        fail_msg("cannot open %s; set ROOT to the project folder", folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (entry->d_name[0] == '.')
            continue;
        struct error err = {0};
        struct buffer content;
        buffer_init(&content, REPLAY_LARGEST_BYTES);
        char *path = file_join(folder, entry->d_name);
        if (file_read(path, &content, &err))
            fail_msg("%s: %s", path, err.message);
        run((const uint8_t *)buffer_text(&content), content.length);
        buffer_release(&content);
        free(path);
        count++;
    }
    closedir(entries);
    assert_true(count > 0);
}

#endif
