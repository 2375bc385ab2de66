/* export/zip_writer: a ZIP that stock tools open, the same bytes each time, and an input's own error. */
#include "export/zip_writer.h"

#include "base/sha256.h"
#include "tests/unit/packing.h"
#include "tests/unit/scratch.h"

#include <malloc.h>

#define MANY 100000
#define MOST_BYTES_A_FILE 700
#define MTIME 1700000000

/* What is called, in order, for each input. */
struct input {
    struct zip_input zip;
    struct buffer packed;
    size_t at;
    size_t block;      /* bytes a read at most */
    int fails_at_open; /* else at the end of its bytes, when `fails` */
    int fails;
    bool is_open, was_opened;
    int *freed; /* counts */
    uint32_t crc32;
    int64_t raw_bytes;
};

static int input_open(struct zip_input *base, struct error *err)
{
    struct input *input = (struct input *)base;
    assert_false(input->was_opened);
    input->was_opened = input->is_open = true;
    return input->fails_at_open ? error_set(err, ERROR_DAMAGED, "no way in") : 0;
}

static ssize_t input_read(struct zip_input *base, void *bytes, size_t size, struct error *err)
{
    struct input *input = (struct input *)base;
    size_t left = input->packed.length - input->at;
    assert_true(input->is_open);
    if (size > left)
        size = left;
    if (input->block && size > input->block)
        size = input->block;
    if (size == 0 && input->fails)
        return error_set(err, ERROR_DATABASE, "the page is gone");
    if (size == 0) {
        base->crc32 = input->crc32;
        base->size_bytes = input->raw_bytes;
        return 0;
    }
    memcpy(bytes, input->packed.bytes + input->at, size);
    input->at += size;
    return (ssize_t)size;
}

static void input_close(struct zip_input *base)
{
    struct input *input = (struct input *)base;
    assert_true(input->is_open);
    input->is_open = false;
}

static void input_free(struct zip_input *base)
{
    struct input *input = (struct input *)base;
    assert_false(input->is_open);
    if (input->freed)
        (*input->freed)++;
    buffer_release(&input->packed);
    free(input);
}

static struct input *input_new(const void *bytes, size_t length, bool is_size_known)
{
    struct input *input = memory_zeroed(1, sizeof *input);
    input->zip = (struct zip_input){.open = input_open,
                                    .read = input_read,
                                    .close = input_close,
                                    .free = input_free,
                                    .size_bytes = is_size_known ? (int64_t)length : -1};
    buffer_init(&input->packed, SIZE_MAX / 2);
    pack_deflate(&input->packed, bytes, length, -15);
    input->crc32 = (uint32_t)crc32(0, bytes, (unsigned)length);
    input->raw_bytes = (int64_t)length;
    return input;
}

struct made {
    int fd;
    struct zip_writer *writer;
};

static struct made begin(const char *name, const char *password)
{
    struct error err = {0};
    struct zip_options options = {.mtime = MTIME, .password = password};
    struct made made = {.fd = file_open(scratch_path(name), O_RDWR | O_CREAT | O_TRUNC, &err)};
    assert_true(made.fd >= 0);
    made.writer = zip_writer_new(made.fd, scratch_path(name), &options, &err);
    assert_non_null(made.writer);
    return made;
}

static void add(struct made *made, const char *name, struct input *input)
{
    struct error err = {0};
    assert_int_equal(zip_writer_add(made->writer, name, &input->zip, &err), 0);
}

static void end(struct made *made)
{
    struct error err = {0};
    if (zip_writer_finish(made->writer, &err))
        fail_msg("%s", err.message);
    zip_writer_free(made->writer);
    close(made->fd);
}

/* Files of several sizes, known before or not, read in several ways. */
static void write_some(const char *name, const char *password)
{
    struct made made = begin(name, password);
    char *noise = noise_new(300000);
    struct input *large = input_new(noise, 300000, false);
    struct input *small = input_new("text\n", 5, true);
    small->block = 1;
    large->block = 1000;
    add(&made, "bag/empty", input_new("", 0, true));
    add(&made, "bag/unknown-empty", input_new("", 0, false));
    add(&made, "bag/data/small.txt", small);
    add(&made, "bag/data/large", large);
    end(&made);
    scratch_write("large", noise, 300000);
    free(noise);
}

static void stock_tools_open_it(void **state)
{
    (void)state;
    write_some("a.zip", NULL);
    assert_int_equal(scratch_run("unzip -tq a.zip >/dev/null"), 0);
    assert_int_equal(scratch_run("bsdtar -tf a.zip >/dev/null"), 0);
    assert_int_equal(scratch_run("7z t a.zip >/dev/null"), 0);
    assert_int_equal(scratch_run("unzip -q a.zip && cmp bag/data/large large && "
                                 "[ \"$(cat bag/data/small.txt)\" = text ] && [ ! -s bag/empty ]"),
                     0);
    assert_int_equal(
        scratch_run(
            "python3 -c 'import zipfile; z = zipfile.ZipFile(\"a.zip\"); "
            "assert z.testzip() is None; i = z.infolist(); assert [e.filename for e in i] "
            "== [\"bag/empty\", \"bag/unknown-empty\", \"bag/data/small.txt\", "
            "\"bag/data/large\"]; assert all(e.external_attr >> 16 == 0o100644 for e in i); "
            "assert z.read(\"bag/data/large\") == open(\"large\", \"rb\").read()'"),
        0);
}

static void the_same_files_give_the_same_bytes(void **state)
{
    (void)state;
    write_some("a.zip", NULL);
    write_some("b.zip", NULL);
    assert_int_equal(scratch_run("cmp a.zip b.zip"), 0);
}

static void an_encrypted_one_opens_with_its_password_alone(void **state)
{
    (void)state;
    write_some("a.zip", "pass word");
    assert_int_equal(scratch_run("7z t '-ppass word' a.zip >/dev/null"), 0);
    assert_int_not_equal(scratch_run("7z t -pother a.zip >/dev/null 2>&1"), 0);
    assert_int_not_equal(scratch_run("7z t -p a.zip >/dev/null 2>&1"), 0);
    assert_int_not_equal(scratch_run("grep -aq '^text' a.zip"), 0);
}

/* The third of five fails, in some way: its error, every input freed, the rest never opened. */
static void assert_failure(int fails_at_open, const char *content, size_t length,
                           enum error_code code)
{
    int freed = 0;
    struct error err = {0};
    struct made made = begin("a.zip", NULL);
    for (int i = 0; i < 5; i++) {
        char name[16];
        struct input *input = input_new(content, length, i % 2);
        input->freed = &freed;
        input->fails_at_open = i == 2 && fails_at_open;
        input->fails = i == 2;
        snprintf(name, sizeof name, "file-%d", i);
        add(&made, name, input);
    }
    assert_int_equal(zip_writer_finish(made.writer, &err), -1);
    assert_int_equal(err.code, code);
    assert_string_equal(err.message, fails_at_open ? "no way in" : "the page is gone");
    zip_writer_free(made.writer);
    assert_int_equal(freed, 5);
    close(made.fd);
}

static void an_inputs_own_error_comes_out(void **state)
{
    char *noise = noise_new(900000);
    (void)state;
    for (int fails_at_open = 0; fails_at_open < 2; fails_at_open++) {
        enum error_code code = fails_at_open ? ERROR_DAMAGED : ERROR_DATABASE;
        assert_failure(fails_at_open, "", 0, code);
        assert_failure(fails_at_open, "content", 7, code);
        assert_failure(fails_at_open, noise, 900000, code);
    }
    free(noise);
}

static void a_name_that_is_there_is_refused_and_its_input_freed(void **state)
{
    int freed = 0;
    struct error err = {0};
    struct made made = begin("a.zip", NULL);
    struct input *again = input_new("b", 1, true);
    (void)state;
    again->freed = &freed;
    add(&made, "name", input_new("a", 1, true));
    assert_int_equal(zip_writer_add(made.writer, "name", &again->zip, &err), -1);
    assert_int_equal(freed, 1);
    zip_writer_free(made.writer);
    close(made.fd);
}

static void what_is_not_finished_frees_its_inputs_and_writes_nothing(void **state)
{
    int freed = 0;
    (void)state;
    struct made made = begin("a.zip", NULL);
    struct input *input = input_new("a", 1, true);
    input->freed = &freed;
    add(&made, "name", input);
    zip_writer_free(made.writer);
    close(made.fd);
    assert_int_equal(freed, 1);
    assert_int_equal(scratch_run("[ ! -s a.zip ]"), 0);
}

static void a_full_disk_is_an_error_with_the_path(void **state)
{
    struct error err = {0};
    struct zip_options options = {.mtime = MTIME};
    char *noise = noise_new(900000);
    (void)state;
    int fd = open("/dev/full", O_RDWR);
    struct zip_writer *writer = zip_writer_new(fd, "full.zip", &options, &err);
    assert_non_null(writer);
    assert_int_equal(zip_writer_add(writer, "name", &input_new(noise, 900000, true)->zip, &err), 0);
    assert_int_equal(zip_writer_finish(writer, &err), -1);
    assert_int_equal(err.code, ERROR_IO);
    assert_string_equal(err.path, "full.zip");
    zip_writer_free(writer);
    close(fd);
    free(noise);
}

/* As the allocator tells; a sanitizer's tells 0. */
static size_t heap_bytes(void)
{
    return mallinfo2().uordblks;
}

static void a_hundred_thousand_small_files_take_little_memory_each(void **state)
{
    size_t inputs_bytes = 0, before = heap_bytes();
    (void)state;
    struct made made = begin("a.zip", NULL);
    for (int i = 0; i < MANY; i++) {
        char name[32];
        struct input *input = input_new("x", 1, true);
        inputs_bytes += malloc_usable_size(input) + malloc_usable_size(input->packed.bytes) + 16;
        snprintf(name, sizeof name, "bag/data/%06d", i);
        add(&made, name, input);
    }
    size_t bytes_a_file = (heap_bytes() - before - inputs_bytes) / MANY;
    if (before > 0 && bytes_a_file > MOST_BYTES_A_FILE)
        fail_msg("%zu bytes a file", bytes_a_file);
    end(&made);
    assert_int_equal(scratch_run("[ \"$(python3 -c 'import zipfile; "
                                 "print(len(zipfile.ZipFile(\"a.zip\").namelist()))')\" = %d ]",
                                 MANY),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(stock_tools_open_it),
        scratch_test(the_same_files_give_the_same_bytes),
        scratch_test(an_encrypted_one_opens_with_its_password_alone),
        scratch_test(an_inputs_own_error_comes_out),
        scratch_test(a_name_that_is_there_is_refused_and_its_input_freed),
        scratch_test(what_is_not_finished_frees_its_inputs_and_writes_nothing),
        scratch_test(a_full_disk_is_an_error_with_the_path),
        scratch_test(a_hundred_thousand_small_files_take_little_memory_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
