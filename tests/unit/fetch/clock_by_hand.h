/* A clock that only sleeping moves, in the place of base/clock.c; processes that are forked share it. One file of a
 * test program includes it. */
#ifndef TESTS_UNIT_FETCH_CLOCK_BY_HAND_H
#define TESTS_UNIT_FETCH_CLOCK_BY_HAND_H

#include "base/clock.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HAND_BEGIN_US 1800000000000000

static _Atomic int64_t *hand_us;
/* What this thread last saw: a sleep counts from there, however late the machine comes to it. */
static _Thread_local int64_t hand_seen_us;

__attribute__((constructor)) static void hand_make(void)
{
    hand_us =
        mmap(NULL, sizeof *hand_us, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (hand_us == MAP_FAILED)
        abort();
    atomic_store(hand_us, HAND_BEGIN_US);
}

/* From now on the clock lies in a file: 8 bytes, for other programs to read. */
__attribute__((unused)) static void hand_share(const char *path)
{
    int64_t now_us = atomic_load(hand_us);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, &now_us, sizeof now_us) != (ssize_t)sizeof now_us)
        abort();
    hand_us = mmap(NULL, sizeof *hand_us, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (hand_us == MAP_FAILED)
        abort();
    close(fd);
}

int64_t clock_now_us(void)
{
    hand_seen_us = atomic_load(hand_us);
    return hand_seen_us;
}

/* Who sleeps beside others does not make their sleep longer. */
int clock_sleep_us(int64_t duration_us, struct error *err)
{
    (void)err;
    int64_t now_us = atomic_load(hand_us);
    int64_t end_us = (hand_seen_us > 0 ? hand_seen_us : now_us) + duration_us;
    while (now_us < end_us && !atomic_compare_exchange_weak(hand_us, &now_us, end_us))
        ;
    hand_seen_us = end_us;
    return 0;
}

#endif
