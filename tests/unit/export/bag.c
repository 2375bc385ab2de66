/* export/bag: manifests list what was read, and what is not what it must be is damage. */
#include "export/bag.h"

#include "export/bag_sources.h"
#include "tests/unit/scratch.h"

static const struct zip_options options = {.mtime = 1700000000};

struct made {
    int fd;
    struct bag *bag;
};

static struct made begin(const char *name)
{
    struct error err = {0};
    struct made made = {.fd = file_open(scratch_path(name), O_RDWR | O_CREAT | O_TRUNC, &err)};
    assert_true(made.fd >= 0);
    made.bag = bag_new(made.fd, scratch_path(name), "case-IR-7", scratch, &options, &err);
    assert_non_null(made.bag);
    return made;
}

static void add_text(struct made *made, const char *path, const char *bytes)
{
    struct error err = {0};
    assert_int_equal(bag_add_text(made->bag, path, (struct text){bytes, strlen(bytes)}, &err), 0);
}

static void end(struct made *made)
{
    struct error err = {0};
    if (bag_finish(made->bag, &err))
        fail_msg("%s", err.message);
    bag_free(made->bag);
    close(made->fd);
}

static void manifests_list_what_was_read(void **state)
{
    struct error err = {0};
    (void)state;
    struct made made = begin("bag.zip");
    struct spool *spool = spool_new(scratch, &err);
    assert_non_null(spool);
    for (int i = 0; i < 50000; i++)
        spool_format(spool, "line %d\n", i);
    int64_t spooled = spool_size(spool);
    add_text(&made, "data/b.txt", "second");
    assert_int_equal(bag_add_spool(made.bag, "data/a/long.txt", spool, &err), 0);
    add_text(&made, "data/empty", "");
    add_text(&made, "VERIFY.txt", "how\n");
    end(&made);
    assert_int_equal(
        scratch_run("unzip -q bag.zip && cd case-IR-7 && sha256sum --quiet --strict -c "
                    "manifest-sha256.txt tagmanifest-sha256.txt"),
        0);
    assert_int_equal(
        scratch_run("cd case-IR-7 && [ \"$(cut -c 67- manifest-sha256.txt | tr '\\n' ' ')\" = "
                    "'data/b.txt data/a/long.txt data/empty ' ] && [ \"$(cut -c 67- "
                    "tagmanifest-sha256.txt | tr '\\n' ' ')\" = 'bagit.txt VERIFY.txt bag-info.txt "
                    "manifest-sha256.txt ' ]"),
        0);
    assert_int_equal(scratch_run("[ \"$(grep Payload-Oxum case-IR-7/bag-info.txt)\" = "
                                 "'Payload-Oxum: %lld.3' ] && grep -qx 'line 49999' "
                                 "case-IR-7/data/a/long.txt",
                                 (long long)spooled + 6),
                     0);
}

static void notes_stay_one_line_each(void **state)
{
    (void)state;
    struct made made = begin("bag.zip");
    bag_note(made.bag, "External-Description", "first\nBagging-Date: 1999-01-01\r\n\tthird");
    bag_note(made.bag, "Contact-Name", "a\x1b[31mb");
    end(&made);
    assert_int_equal(
        scratch_run("unzip -q bag.zip && cd case-IR-7 && [ $(wc -l <bag-info.txt) = 3 ] "
                    "&& grep -q '^External-Description: first Bagging-Date' "
                    "bag-info.txt && ! LC_ALL=C grep -q '[^ -~]' bag-info.txt"),
        0);
}

static void the_same_files_give_the_same_bytes(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct made made = begin(i ? "a.zip" : "b.zip");
        bag_note(made.bag, "Contact-Name", "ann");
        add_text(&made, "data/one", "first");
        end(&made);
    }
    assert_int_equal(scratch_run("cmp a.zip b.zip"), 0);
}

/* ---- a source that is not what it must be ---- */

struct given {
    struct bag_source source;
    struct memory_stream memory;
    int closed, freed;
};

static int given_open(struct bag_source *base, struct stream **stream, struct error *err)
{
    struct given *given = (struct given *)base;
    (void)err;
    memory_stream_init(&given->memory, "content", 7, 0);
    *stream = &given->memory.stream;
    return 0;
}

static int given_refuse(struct bag_source *base, struct stream **stream, struct error *err)
{
    (void)base;
    (void)stream;
    return error_set(err, ERROR_IO, "no such tape");
}

static void given_close(struct bag_source *base)
{
    ((struct given *)base)->closed++;
}

static void given_free(struct bag_source *base)
{
    ((struct given *)base)->freed++;
}

static int finish_with(struct given *given, int64_t size_bytes, const char *sha256,
                       struct error *err)
{
    struct made made = begin("bag.zip");
    given->source.close = given_close;
    given->source.free = given_free;
    given->source.size_bytes = size_bytes;
    snprintf(given->source.sha256, sizeof given->source.sha256, "%s", sha256);
    add_text(&made, "data/before", "fine");
    assert_int_equal(bag_add(made.bag, "data/given", &given->source, err), 0);
    int result = bag_finish(made.bag, err);
    bag_free(made.bag);
    close(made.fd);
    assert_int_equal(given->closed, 1);
    assert_int_equal(given->freed, 1);
    return result;
}

static void a_source_of_another_hash_or_size_is_damage_in_its_path(void **state)
{
    static const int64_t sizes[] = {7, -1, 6, 8, 0, 7};
    char right[SHA256_HEX_SIZE], wrong[SHA256_HEX_SIZE];
    (void)state;
    sha256_of("content", 7, right);
    sha256_of("other", 5, wrong);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct given given = {.source.open = given_open};
        struct error err = {0};
        int result = finish_with(&given, sizes[i], i == 5 ? wrong : right, &err);
        assert_int_equal(result, i < 2 ? 0 : -1);
        if (i < 2)
            continue;
        assert_int_equal(err.code, ERROR_DAMAGED);
        assert_string_equal(err.path, "data/given");
    }
    struct given given = {.source.open = given_open};
    struct error err = {0};
    assert_int_equal(finish_with(&given, 7, "", &err), 0);
}

static void a_source_that_cannot_be_opened_says_why(void **state)
{
    struct given given = {.source.open = given_refuse};
    struct error err = {0};
    (void)state;
    assert_int_equal(finish_with(&given, -1, "", &err), -1);
    assert_int_equal(err.code, ERROR_IO);
    assert_string_equal(err.message, "no such tape");
}

static void a_package_comes_straight_from_its_segment_or_is_damage(void **state)
{
    static const char raw[] = "{\"script_output\":\"one\"}";
    char sha256[SHA256_HEX_SIZE];
    (void)state;
    struct segment *segment = open_segment();
    struct segment_entry entry = append_entry(segment, raw, sizeof raw - 1, 1, "{}");
    segment_close(segment);
    sha256_of(raw, sizeof raw - 1, sha256);
    struct bag_package package = {.evidence_folder = scratch,
                                  .segment = WORKPLACE_SEGMENT,
                                  .offset = entry.offset,
                                  .stored_bytes = entry.stored_bytes,
                                  .size_bytes = entry.size_bytes,
                                  .package_sha256 = sha256};
    for (int kind = 0; kind < 4; kind++) {
        struct error err = {0};
        struct made made = begin("bag.zip");
        struct bag_package wanted = package;
        wanted.size_bytes += kind == 1;
        wanted.stored_bytes -= kind == 2;
        if (kind == 3)
            sha256_of("other", 5, sha256);
        assert_int_equal(bag_add_package(made.bag, "data/package", &wanted, &err), 0);
        assert_int_equal(bag_finish(made.bag, &err), kind == 0 ? 0 : -1);
        assert_int_equal(err.code, kind == 0 ? ERROR_NONE : ERROR_DAMAGED);
        if (kind > 0)
            assert_string_equal(err.path, scratch_path(WORKPLACE_SEGMENT));
        bag_free(made.bag);
        close(made.fd);
        if (kind == 0)
            assert_int_equal(
                scratch_run("[ \"$(unzip -p bag.zip case-IR-7/data/package)\" = '%s' ]", raw), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(manifests_list_what_was_read),
        scratch_test(notes_stay_one_line_each),
        scratch_test(the_same_files_give_the_same_bytes),
        scratch_test(a_source_of_another_hash_or_size_is_damage_in_its_path),
        scratch_test(a_source_that_cannot_be_opened_says_why),
        scratch_test(a_package_comes_straight_from_its_segment_or_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
