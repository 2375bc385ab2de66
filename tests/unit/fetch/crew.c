/* fetch/crew: several downloads at a time, each result by one of all that want it. */
#include "fetch/crew.h"

#include "tests/unit/fetch/service.h"

#include <sched.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>

#define JOBS_MOST 80
#define PACKAGE_BYTES 3000
#define LARGE_BYTES 300000
#define PATIENCE_US 20000000LL /* of a test, in time that passes */
#define LINKS "(.path | contains(\"GetLiveResponse\"))"
#define PACKAGES "((.path | startswith(\"/blob/\")) and .status == 200)"

static char ids[JOBS_MOST][40], paths[JOBS_MOST][128];
static struct crew_job jobs[JOBS_MOST];
static struct crew_options options;

/* ---- jobs ---- */

/* Package `number` differs from the others in its first byte. */
static void put_package(size_t number, size_t length)
{
    char *package = noise_new(length), name[64];
    package[0] = (char)number;
    snprintf(name, sizeof name, "blobs/%s_0", ids[number]);
    scratch_write(name, package, length);
    free(package);
}

static int open_spool(void **state)
{
    if (service_open(state) || scratch_run("mkdir spool"))
        return -1;
    memset(jobs, 0, sizeof jobs);
    for (size_t i = 0; i < JOBS_MOST; i++) {
        snprintf(ids[i], sizeof ids[i], "%08zx-1111-4222-8333-444444444444", i);
        snprintf(paths[i], sizeof paths[i], "%s/spool/%s_0", scratch, ids[i]);
        jobs[i].request = (struct download_request){
            .action_id = ids[i], .path = paths[i], .blob_hosts = "127.0.0.1"};
        put_package(i, PACKAGE_BYTES);
    }
    options =
        (struct crew_options){.api = &service.api, .http = &service.http_options, .parallel = 4};
    return 0;
}

#define crew_test(function) cmocka_unit_test_setup_teardown(function, open_spool, service_close)

static struct crew *start(size_t count)
{
    service.err = (struct error){0};
    struct crew *crew = crew_start(&options, jobs, count, &service.err);
    if (!crew)
        fail_msg("%s", service.err.message);
    return crew;
}

static struct crew_job *next(struct crew *crew)
{
    struct crew_job *job = crew_next(crew, PATIENCE_US);
    assert_non_null(job);
    return job;
}

static void assert_done(const struct crew_job *job)
{
    if (job->end->err.code != ERROR_NONE)
        fail_msg("%s", job->end->err.message);
    assert_false(job->is_unwanted || job->is_elsewhere || job->is_running);
    assert_int_equal(job->end->download.size_bytes, PACKAGE_BYTES);
    struct buffer bytes;
    buffer_init(&bytes, PACKAGE_BYTES);
    assert_int_equal(file_read(job->request.path, &bytes, NULL), 0);
    assert_int_equal(bytes.length, PACKAGE_BYTES);
    assert_int_equal((unsigned char)bytes.bytes[0], job - jobs);
    buffer_release(&bytes);
}

/* Takes and archives all that is left. */
static void take_all(struct crew *crew)
{
    while (!crew_is_over(crew)) {
        struct crew_job *job = next(crew);
        assert_done(job);
        crew_release(job, true);
    }
    assert_null(crew_next(crew, PATIENCE_US));
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

/* Until so many requests fit, which they must in time. */
static void await(const char *condition, int count)
{
    for (int64_t waited_us = 0; service_count(condition) < count; waited_us += 10000) {
        assert_true(waited_us < PATIENCE_US);
        nap();
    }
}

/* How many files whose name fits the pattern lie in the spool. */
static int spooled(const char *pattern)
{
    assert_int_equal(scratch_run("find spool -type f -name '%s' | wc -l >count", pattern), 0);
    struct buffer text = scratch_read("count");
    int count = (int)strtol(buffer_text(&text), NULL, 10);
    buffer_release(&text);
    return count;
}

/* ---- the tests ---- */

static void jobs_come_back_each_once_in_the_order_of_their_ends(void **state)
{
    int given[12] = {0};
    (void)state;
    service_faults("[{\"match\":\"/blob/00000000-\",\"slow\":1},"
                   "{\"match\":\"/blob/00000005-\",\"slow\":0.3}]");
    struct crew *crew = start(12);
    assert_false(crew_is_over(crew));
    for (size_t i = 0; i < 12; i++) {
        struct crew_job *job = next(crew);
        assert_done(job);
        given[job - jobs]++;
        assert_true(i > 0 || job != &jobs[0]);
    }
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(given[i], 1);
    assert_true(crew_is_over(crew));
    assert_null(crew_next(crew, PATIENCE_US));
    crew_free(crew);
    assert_int_equal(spooled("*.lock"), 0);
    assert_int_equal(service_count(PACKAGES), 12);
}

static void a_crew_without_jobs_is_over(void **state)
{
    (void)state;
    struct crew *crew = start(0);
    assert_true(crew_is_over(crew));
    assert_null(crew_next(crew, PATIENCE_US));
    crew_free(crew);
    crew_free(NULL);
}

static void waiting_for_a_job_ends_in_time(void **state)
{
    struct timespec begin, end;
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"slow\":1}]");
    struct crew *crew = start(1);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    assert_null(crew_next(crew, 0));
    assert_null(crew_next(crew, 50000));
    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t took_ms = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
    assert_in_range(took_ms, 50, 900);
    take_all(crew);
    crew_free(crew);
}

static void no_more_are_fetched_at_a_time_than_may_be(void **state)
{
    (void)state;
    options.parallel = 3;
    service_faults("[{\"match\":\"/blob/\",\"times\":100,\"slow\":0.05}]");
    struct crew *crew = start(12);
    take_all(crew);
    crew_free(crew);
    assert_int_equal(service_count(".at_once > 3"), 0);
    assert_in_range(service_count(".at_once == 3"), 1, 24);
}

static void what_is_not_taken_holds_the_others_back(void **state)
{
    (void)state;
    struct crew *crew = start(JOBS_MOST);
    await(PACKAGES, CREW_WAITING);
    for (int i = 0; i < 20 || crew_look(crew, &(struct crew_look){0}, 1) > 0; i++) {
        assert_true(i < 2000);
        nap();
    }
    assert_int_equal(service_count(LINKS), CREW_WAITING);
    for (int i = 1; i <= 3; i++) {
        crew_release(next(crew), true);
        await(PACKAGES, CREW_WAITING + i);
    }
    for (int i = 0; i < 20; i++)
        nap();
    assert_int_equal(service_count(LINKS), CREW_WAITING + 3);
    take_all(crew);
    crew_free(crew);
    assert_int_equal(service_count(PACKAGES), JOBS_MOST);
    assert_int_equal(spooled("*"), 0);
}

/* Fetches the first job in a process of its own, which does not archive it; exit 0. */
static pid_t fetch_elsewhere(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0)
        return child;
    service.api.pace = pace_open(scratch_path("state"), "tenant", PACE_HOUR_CALLS, NULL);
    struct crew *crew = crew_start(&options, jobs, 1, &service.err);
    struct crew_job *job = crew ? crew_next(crew, PATIENCE_US) : NULL;
    bool is_done = job && job->end->err.code == ERROR_NONE;
    crew_free(crew);
    _exit(is_done ? 0 : 1);
}

static void a_result_is_fetched_by_one_process_at_a_time(void **state)
{
    int status;
    (void)state;
    service_faults("[{\"match\":\"/blob/00000000-\",\"slow\":2}]");
    pid_t child = fetch_elsewhere();
    await(LINKS, 1);
    struct crew *crew = start(2);
    struct crew_job *first = next(crew), *second = next(crew);
    if (first != &jobs[0]) {
        second = first;
        first = &jobs[0];
    }
    assert_true(first->is_elsewhere);
    assert_int_equal(first->end->err.code, ERROR_TEMPORARY);
    assert_non_null(strstr(first->end->err.message, "another process"));
    assert_done(second);
    crew_release(first, false);
    crew_release(second, true);
    crew_free(crew);
    assert_int_equal(spooled("00000000*.lock"), 1);
    assert_int_equal(service_count(LINKS), 2);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    /* What the other left, whole and not archived, is of use. */
    crew = start(1);
    take_all(crew);
    crew_free(crew);
    assert_int_equal(service_count(PACKAGES), 2);
    assert_int_equal(spooled("*"), 0);
}

/* In memory that processes share. */
static struct holders {
    _Atomic int now, most, times;
} * holders;

static int hold(void *context, const struct crew_job *job, struct error *err)
{
    (void)context;
    (void)job;
    (void)err;
    int now = atomic_fetch_add(&holders->now, 1) + 1;
    if (now > atomic_load(&holders->most))
        atomic_store(&holders->most, now);
    atomic_fetch_add(&holders->times, 1);
    sched_yield();
    atomic_fetch_sub(&holders->now, 1);
    return 0;
}

static int hold_again_and_again(void)
{
    options.is_wanted = hold;
    for (int i = 0; i < 100; i++) {
        struct crew *crew = crew_start(&options, jobs, 1, NULL);
        struct crew_job *job = crew ? crew_next(crew, PATIENCE_US) : NULL;
        if (!job || job->is_unwanted == job->is_elsewhere)
            return 1;
        crew_release(job, i % 2 == 0);
        crew_free(crew);
    }
    return 0;
}

/* Each removes the lock's file when it is done, while the others open it. */
static void a_lock_that_is_removed_while_others_open_it_is_held_by_one(void **state)
{
    int status;
    (void)state;
    holders =
        mmap(NULL, sizeof *holders, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(holders != MAP_FAILED);
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            _exit(hold_again_and_again());
    /* The server is a child, too, but ends later. */
    for (int i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(atomic_load(&holders->most), 1);
    assert_in_range(atomic_load(&holders->times), 4, 400);
    assert_int_equal(spooled("*"), 0);
    munmap(holders, sizeof *holders);
}

static int judge(void *context, const struct crew_job *job, struct error *err)
{
    (*(int *)context)++;
    assert_true(job->lock_fd >= 0);
    if (job == &jobs[2])
        return error_set(err, ERROR_DATABASE, "cannot be asked");
    return job != &jobs[1];
}

static void what_is_not_wanted_any_more_is_skipped(void **state)
{
    int asked = 0;
    (void)state;
    options.is_wanted = judge;
    options.context = &asked;
    struct crew *crew = start(4);
    for (int i = 0; i < 4; i++) {
        struct crew_job *job = next(crew);
        assert_int_equal(job->is_unwanted, job == &jobs[1]);
        assert_int_equal(job->end->err.code, job == &jobs[2] ? ERROR_DATABASE : ERROR_NONE);
        crew_release(job, job != &jobs[2]);
    }
    crew_free(crew);
    assert_int_equal(asked, 4);
    assert_int_equal(service_count(LINKS), 2);
    assert_int_equal(spooled("*"), 0);
}

static void an_end_in_the_middle_leaves_what_came_for_the_next_time(void **state)
{
    (void)state;
    options.parallel = 2;
    service_faults("[{\"match\":\"/blob/\",\"times\":4,\"slow\":0.3}]");
    struct crew *crew = start(6);
    await(LINKS, 1);
    crew_free(crew);
    int begun = service_count(PACKAGES);
    assert_in_range(begun, 1, 2);
    assert_int_equal(spooled("*.etag"), begun);
    assert_int_equal(spooled("*"), 2 * begun);
    service_faults("[]");
    crew = start(6);
    take_all(crew);
    crew_free(crew);
    assert_int_equal(service_count(PACKAGES), 6);
    assert_int_equal(service_count(".status == 416"), begun);
    assert_int_equal(spooled("*"), 0);
}

static void what_failed_leaves_its_part_and_no_lock(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/00000000\",\"cut\":1000},"
                   "{\"match\":\"/blob/00000000\",\"times\":100,\"status\":503}]");
    struct crew *crew = start(1);
    struct crew_job *job = next(crew);
    assert_int_equal(job->end->err.code, ERROR_TEMPORARY);
    assert_int_equal(spooled("*.lock"), 1);
    crew_release(job, false);
    crew_release(job, false);
    crew_free(crew);
    assert_int_equal(spooled("*.lock"), 0);
    assert_int_equal(spooled("*"), 2);
    service_faults("[]");
    crew = start(1);
    take_all(crew);
    crew_free(crew);
    assert_int_equal(service_count(".range == \"bytes=1000-\" and .status == 206"), 1);
}

static void what_is_archived_after_the_crews_end_goes_if_no_other_fetches_it(void **state)
{
    char path[256];
    (void)state;
    struct crew *crew = start(1);
    struct crew_job *job = next(crew);
    crew_free(crew);
    assert_int_equal(spooled("*"), 2);
    snprintf(path, sizeof path, "%s.lock", job->request.path);
    int other = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(flock(other, LOCK_EX), 0);
    crew_release(job, true);
    assert_int_equal(spooled("*"), 3);
    close(other);
    crew_release(job, true);
    assert_int_equal(spooled("*"), 0);
}

static void no_job_begins_on_a_disk_that_is_too_full(void **state)
{
    (void)state;
    options.min_free_bytes = INT64_MAX;
    struct crew *crew = start(2);
    for (int i = 0; i < 2; i++) {
        struct crew_job *job = next(crew);
        assert_int_equal(job->end->err.code, ERROR_IO);
        assert_non_null(strstr(job->end->err.message, "--min-free"));
        assert_non_null(strstr(job->end->err.path, "/spool"));
        crew_release(job, false);
    }
    crew_free(crew);
    assert_int_equal(service_count("true"), 0);
    assert_int_equal(spooled("*"), 0);
    options.min_free_bytes = 1;
    crew = start(2);
    take_all(crew);
    crew_free(crew);
}

/* The first transfer breaks, and the next one takes its time. */
static void how_far_a_job_is_can_be_seen(void **state)
{
    struct crew_look looks[4] = {{0}};
    (void)state;
    put_package(0, LARGE_BYTES);
    service_faults("[{\"match\":\"/blob/00000000\",\"cut\":100000},"
                   "{\"match\":\"/blob/00000000\",\"slow\":1}]");
    struct crew *crew = start(1);
    assert_in_range(crew_bytes(crew), 0, 100000);
    for (int64_t waited_us = 0; looks[0].bytes < 100000; waited_us += 10000) {
        assert_true(waited_us < PATIENCE_US);
        nap();
        assert_in_range(crew_look(crew, looks, 4), 0, 1);
    }
    assert_ptr_equal(looks[0].job, &jobs[0]);
    assert_int_equal(looks[0].bytes, 100000);
    assert_int_equal(looks[0].total_bytes, LARGE_BYTES);
    assert_int_equal(crew_bytes(crew), 100000);
    assert_int_equal(crew_look(crew, looks, 0), 0);
    crew_release(next(crew), true);
    assert_int_equal(crew_look(crew, looks, 4), 0);
    assert_int_equal(crew_bytes(crew), LARGE_BYTES);
    crew_free(crew);
}

static void as_many_are_seen_as_there_is_room_for(void **state)
{
    struct crew_look looks[4];
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"times\":4,\"slow\":1}]");
    struct crew *crew = start(6);
    await(LINKS, 4);
    assert_int_equal(crew_look(crew, looks, 4), 4);
    assert_int_equal(crew_look(crew, looks, 3), 3);
    take_all(crew);
    crew_free(crew);
}

/* Only a user who is not root is held to a limit of threads; nobody may have none at all. */
static int start_with_few_threads(void)
{
    struct rlimit few = {3, 3};
    options.parallel = CREW_PARALLEL_MOST;
    if (setuid(65534) || setrlimit(RLIMIT_NPROC, &few))
        return 2;
    struct crew *crew = crew_start(&options, jobs, JOBS_MOST, &service.err);
    if (crew || service.err.code != ERROR_IO || !strstr(service.err.message, "thread"))
        return 1;
    for (size_t i = 0; i < JOBS_MOST; i++)
        if (jobs[i].is_running || jobs[i].lock_fd >= 0)
            return 3;
    return 0;
}

static void a_crew_that_cannot_be_had_whole_does_not_begin(void **state)
{
    int status;
    (void)state;
    if (geteuid() != 0)
        skip();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(start_with_few_threads());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(service_count("true"), 0);
    assert_int_equal(spooled("*"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        crew_test(jobs_come_back_each_once_in_the_order_of_their_ends),
        crew_test(a_crew_without_jobs_is_over),
        crew_test(waiting_for_a_job_ends_in_time),
        crew_test(no_more_are_fetched_at_a_time_than_may_be),
        crew_test(what_is_not_taken_holds_the_others_back),
        crew_test(a_result_is_fetched_by_one_process_at_a_time),
        crew_test(a_lock_that_is_removed_while_others_open_it_is_held_by_one),
        crew_test(what_is_not_wanted_any_more_is_skipped),
        crew_test(an_end_in_the_middle_leaves_what_came_for_the_next_time),
        crew_test(what_failed_leaves_its_part_and_no_lock),
        crew_test(what_is_archived_after_the_crews_end_goes_if_no_other_fetches_it),
        crew_test(no_job_begins_on_a_disk_that_is_too_full),
        crew_test(how_far_a_job_is_can_be_seen),
        crew_test(as_many_are_seen_as_there_is_room_for),
        crew_test(a_crew_that_cannot_be_had_whole_does_not_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
