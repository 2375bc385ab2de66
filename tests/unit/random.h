/*
 * random - numbers that look random and are the same in each run, for tests.
 */
#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

#include <stdint.h>

static uint32_t random_seed = 3; /* a test may set it */

/* From 0 to below `below`, which is not 0. By the high bits: the low ones come again soon. */
static inline uint32_t next_random(uint32_t below)
{
    random_seed = random_seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)random_seed * below) >> 32);
}

#endif
