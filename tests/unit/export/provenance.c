/* export/provenance: the proofs of a small ledger lead to its root; a changed receipt is damage, another case's stays away. */
#include "export/provenance.h"

#include "base/json.h"
#include "evidence/sign.h"
#include "ingest/case_event.h"
#include "schema/case_copy.h"
#include "tests/unit/ingest/small_archive.h"

#include <stdlib.h>

#define LINES_BYTES (1024 * 1024)

static int make_folder(void **state)
{
    char *folder = strdup("provenance.XXXXXX");
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? archive_create("archive", false, &err) : -1;
}

static int drop_folder(void **state)
{
    char command[64];
    snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", (char *)*state, (char *)*state);
    free(chdir("..") == 0 ? *state : NULL);
    return system(command);
}

static void ingest_for(const char *case_name, const char *output)
{
    char json[256];
    struct archive archive;
    struct ingest_options options = {.context = {.case_name = case_name, .machine_name = "ws-1"}};
    struct ingest_listener listener = {NULL, ignore_report, ignore_rejection};
    snprintf(json, sizeof json, "{\"script_name\":\"a.ps1\",\"script_output\":\"%s\"}", output);
    assert_int_equal(archive_open(&archive, "archive", "tester", &err), 0);
    struct ingest *ingest = ingest_new(&archive, &options, &listener);
    assert_int_equal(
        ingest_bytes(ingest, (struct text){json, strlen(json)}, "a", "a", &options.context, &err),
        0);
    assert_int_equal(ingest_finish(ingest, &err), 0);
    ingest_free(ingest);
    archive_close(&archive);
}

/* Gathers what proves IR-7 as it stands now. */
static int gather(struct provenance *provenance)
{
    struct archive archive;
    char sha256[SHA256_HEX_SIZE];
    int64_t file, offset;
    struct case_copy what = {.case_name = "IR-7"};
    assert_int_equal(archive_open(&archive, "archive", NULL, &err), 0);
    struct store *reader = store_open_reader(archive.database_path, &err);
    assert_non_null(reader);
    assert_int_equal(store_head(reader, &what.last_number, sha256, &file, &offset, &err), 1);
    unlink("case.sqlite");
    struct store *copy = case_copy_open("case.sqlite", &err);
    assert_non_null(copy);
    assert_int_equal(case_copy_fill(copy, reader, &what, &err), 0);
    struct provenance_sources sources = {.copy = copy,
                                         .case_name = "IR-7",
                                         .ledger_folder = archive.ledger_folder,
                                         .evidence_folder = archive.evidence_folder,
                                         .spool_folder = ".",
                                         .last_number = what.last_number};
    int result = provenance_gather(provenance, &sources, &err);
    store_close(copy);
    store_close(reader);
    archive_close(&archive);
    return result;
}

/* The caller releases it. */
static const char *read_spool(struct spool *spool, struct buffer *out)
{
    struct file_stream stream;
    char block[4096];
    ssize_t got;
    buffer_init(out, LINES_BYTES);
    assert_int_equal(spool_finish(spool, &err), 0);
    spool_stream(spool, &stream);
    while ((got = stream_read(&stream.stream, block, sizeof block, &err)) > 0)
        assert_int_equal(buffer_append(out, block, (size_t)got), 0);
    assert_int_equal(got, 0);
    return buffer_text(out);
}

/* The line at `*text`, which moves behind it. */
static struct text next_line(const char **text)
{
    const char *lf = strchr(*text, '\n');
    assert_non_null(lf);
    struct text line = {*text, (size_t)(lf - *text)};
    *text = lf + 1;
    return line;
}

/* The hashes of a proof's JSON. */
static void read_proof(struct text line, struct merkle_proof *proof)
{
    const char *at = strstr(line.bytes, "\"hashes\":[");
    const char *end = line.bytes + line.length;
    struct json_object *object = json_object_parse(line.bytes, line.length, &err);
    *proof = (struct merkle_proof){0};
    assert_non_null(object);
    assert_true(json_object_int64(object, "index", &proof->index));
    json_object_free(object);
    for (at += 10; at < end && *at != ']'; at += *at == ',') {
        const char *quote = strchr(at + 1, '"');
        assert_int_equal(sign_decode(at + 1, (size_t)(quote - at - 1),
                                     proof->hashes[proof->count++], SHA256_SIZE),
                         SHA256_SIZE);
        at = quote + 1;
    }
}

static void every_lines_proof_leads_to_the_root(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        char output[16];
        struct provenance provenance;
        struct buffer custody_text, proofs_text;
        snprintf(output, sizeof output, "output %d", i);
        ingest_for(i % 3 == 0 ? "IR-7" : "OTHER", output);
        assert_int_equal(gather(&provenance), 0);
        const char *custody = read_spool(provenance.custody, &custody_text);
        const char *proofs = read_spool(provenance.proofs, &proofs_text);
        assert_int_equal(provenance.line_count, i / 3 + 1);
        for (int64_t n = 0; n < provenance.line_count; n++) {
            struct merkle_proof proof;
            unsigned char leaf[SHA256_SIZE];
            struct text line = next_line(&custody);
            read_proof(next_line(&proofs), &proof);
            merkle_leaf(line.bytes, line.length, leaf);
            assert_int_equal(proof.index, 3 * n);
            assert_true(merkle_is_included(&proof, provenance.checkpoint.size, leaf,
                                           provenance.checkpoint.root));
            leaf[0] ^= 1;
            assert_false(merkle_is_included(&proof, provenance.checkpoint.size, leaf,
                                            provenance.checkpoint.root));
        }
        assert_string_equal(custody, "");
        assert_string_equal(proofs, "");
        buffer_release(&custody_text);
        buffer_release(&proofs_text);
        provenance_release(&provenance);
    }
}

/* The same package came in for both: the line is told of, what the other receipt says is not. */
static void the_receipt_of_another_case_is_left_out(void **state)
{
    struct provenance provenance;
    struct buffer receipts;
    (void)state;
    ingest_for("IR-7", "the same");
    ingest_for("OTHER", "the same");
    assert_int_equal(gather(&provenance), 0);
    assert_int_equal(provenance.line_count, 2);
    assert_int_equal(provenance.receipt_count, 1);
    const char *text = read_spool(provenance.receipts, &receipts);
    assert_non_null(strstr(text, "IR-7"));
    assert_null(strstr(text, "OTHER"));
    buffer_release(&receipts);
    provenance_release(&provenance);
}

/* A receipt lies in a member of its own, of which any changed byte is noticed. */
static void a_changed_receipt_is_damage(void **state)
{
    struct provenance provenance;
    struct buffer segment;
    (void)state;
    ingest_for("IR-7", "one");
    ingest_for("OTHER", "two");
    buffer_init(&segment, LINES_BYTES);
    assert_int_equal(file_read("archive/evidence/results-000001.tar.gz", &segment, &err), 0);
    assert_int_equal(gather(&provenance), 0);
    provenance_release(&provenance);
    int refused = 0;
    for (size_t i = 0; i < segment.length; i += 7) {
        segment.bytes[i] ^= 1;
        assert_int_equal(file_replace("archive/evidence/results-000001.tar.gz", segment.bytes,
                                      segment.length, &err),
                         0);
        segment.bytes[i] ^= 1;
        if (gather(&provenance)) {
            assert_int_equal(err.code, ERROR_DAMAGED);
            refused++;
        }
        provenance_release(&provenance);
    }
    assert_true(refused > 10);
    buffer_release(&segment);
}

static void a_changed_ledger_line_is_damage(void **state)
{
    struct provenance provenance;
    (void)state;
    ingest_for("IR-7", "one");
    ingest_for("IR-7", "two");
    assert_int_equal(system("sed -i '1s/ingested/imported/' archive/ledger/000001.jsonl"), 0);
    assert_int_equal(gather(&provenance), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    provenance_release(&provenance);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_lines_proof_leads_to_the_root),
        TEST(the_receipt_of_another_case_is_left_out),
        TEST(a_changed_receipt_is_damage),
        TEST(a_changed_ledger_line_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
