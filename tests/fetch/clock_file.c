/* In the place of base/clock.c: the time stands in the file $CLOCK_FILE, 8 bytes of microseconds since 1970, which other
 * programs read, too. Only sleeping moves it. */
#include "base/clock.h"
#include "base/interrupt.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic int64_t *hand_us;
/* What this thread last saw: a sleep counts from there, however late the machine comes to it. */
static _Thread_local int64_t seen_us;

__attribute__((constructor)) static void find_clock(void)
{
    const char *path = getenv("CLOCK_FILE");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd >= 0)
        hand_us = mmap(NULL, sizeof *hand_us, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd < 0 || hand_us == MAP_FAILED)
        abort();
    close(fd);
}

int64_t clock_now_us(void)
{
    seen_us = atomic_load(hand_us);
    return seen_us;
}

int clock_sleep_us(int64_t duration_us, struct error *err)
{
    int64_t now_us = atomic_load(hand_us);
    int64_t end_us = (seen_us > 0 ? seen_us : now_us) + duration_us;
    while (now_us < end_us && !atomic_compare_exchange_weak(hand_us, &now_us, end_us))
        ;
    seen_us = end_us;
    return interrupt_check(err);
}
