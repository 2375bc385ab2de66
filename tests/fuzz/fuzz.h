/*
 * fuzz - what the fuzz targets share. A target is one LLVMFuzzerTestOneInput; tests/fuzz/run builds
 * it with libFuzzer; corpus_replay.c of a room in tests/unit runs it over the corpus in the usual
 * tests.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A promise that every input must keep. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
