/* The second half of a check: what the ledger lines prove. */
#include "export/check_files.h"

#include "base/json.h"
#include "base/json_slice.h"
#include "evidence/ledger.h"
#include "evidence/segment.h"

#include <stdlib.h>
#include <string.h>

#define PROOF_LINE_BYTES (16 * 1024)

/* ---- key and checkpoint ---- */

static int read_key(struct check *check, struct error *err)
{
    struct buffer text;
    struct error why = {0};
    if (check->options->verifier) {
        check->summary->verifier = *check->options->verifier;
        return 1;
    }
    buffer_init(&text, CHECKPOINT_BYTES);
    int is_read = check_read(check, "data/key.pub", &text, err);
    if (is_read == 1 &&
        checkpoint_read_verifier(&check->summary->verifier, buffer_text(&text), &why))
        is_read = check_tell_error(check, "data/key.pub", &why, err);
    buffer_release(&text);
    return is_read;
}

/* 1 when there is one that the key has signed. */
static int read_checkpoint(struct check *check, struct error *err)
{
    struct buffer text;
    struct error why = {0};
    int is_read = read_key(check, err);
    if (is_read != 1)
        return is_read;
    buffer_init(&text, CHECKPOINT_BYTES);
    is_read = check_read(check, "data/checkpoint.txt", &text, err);
    if (is_read == 1 &&
        checkpoint_read(&check->summary->checkpoint, (struct text){buffer_text(&text), text.length},
                        &check->summary->verifier, &why)) {
        check->summary->checkpoint = (struct checkpoint){0};
        is_read = check_tell_error(check, "data/checkpoint.txt", &why, err);
    }
    buffer_release(&text);
    return is_read;
}

/* ---- lines ---- */

static int compare_hash(const void *hash, const void *package)
{
    return strcmp(hash, package);
}

/* The ledger line's package, when it is one of those here. */
static void note_told(struct check *check, const char *package_sha256)
{
    if (!package_sha256 || check->package_count == 0)
        return;
    char(*found)[SHA256_HEX_SIZE] = bsearch(package_sha256, check->packages, check->package_count,
                                            sizeof *check->packages, compare_hash);
    if (found)
        check->is_told[found - check->packages] = true;
}

static int read_proof(struct text line, struct merkle_proof *proof, struct error *why)
{
    struct text value, *hashes = NULL;
    size_t count = 0;
    *proof = (struct merkle_proof){0};
    if (json_slice_member(line, "index", &value, why) || !value.bytes ||
        text_parse_int64(value.bytes, value.length, &proof->index) ||
        json_slice_member(line, "hashes", &value, why) || !value.bytes ||
        json_slice_elements(value, &hashes, &count, why) || count > MERKLE_LEVELS) {
        free(hashes);
        return error_set(why, ERROR_INVALID, "is no proof");
    }
    int result = 0;
    for (size_t i = 0; i < count; i++)
        if (hashes[i].length < 2 || sign_decode(hashes[i].bytes + 1, hashes[i].length - 2,
                                                proof->hashes[i], SHA256_SIZE) != SHA256_SIZE)
            result = error_set(why, ERROR_INVALID, "is no proof");
    proof->count = (int)count;
    free(hashes);
    return result;
}

/* One line and its proof. */
static int check_line(struct check *check, struct text line, struct text proof_line, bool has_proof,
                      int64_t at, struct error *err)
{
    struct error why = {0};
    struct merkle_proof proof;
    unsigned char leaf[SHA256_SIZE];
    int64_t number = 0;
    const struct checkpoint *checkpoint = &check->summary->checkpoint;
    struct json_object *object = json_object_parse(line.bytes, line.length, &why);
    if (!object || !json_object_int64(object, "number", &number)) {
        json_object_free(object);
        return check_tell(check, "data/custody.jsonl", err, "line %lld is no ledger line",
                          (long long)at);
    }
    int result = 0;
    merkle_leaf(line.bytes, line.length, leaf);
    if (!has_proof || read_proof(proof_line, &proof, &why))
        result =
            check_tell(check, "data/proofs.jsonl", err, "line %lld is no proof", (long long)at);
    else if (checkpoint->size > 0 &&
             (proof.index != number - 1 ||
              !merkle_is_included(&proof, checkpoint->size, leaf, checkpoint->root)))
        result = check_tell(check, "data/custody.jsonl", err,
                            "ledger line %lld is not one of those that the checkpoint stands for",
                            (long long)number);
    else
        note_told(check, json_object_text(object, "package_sha256"));
    json_object_free(object);
    return result;
}

static int check_lines_and_proofs(struct check *check, struct check_lines *custody,
                                  struct check_lines *proofs, struct error *err)
{
    struct text line, proof = {0};
    int more, has_proof;
    while ((more = check_next_line(check, custody, &line, err)) == 1) {
        has_proof = check_next_line(check, proofs, &proof, err);
        if (has_proof < 0 ||
            check_line(check, line, proof, has_proof == 1, custody->lines.number, err))
            return -1;
        check->summary->lines++;
    }
    if (more == 0 && (has_proof = check_next_line(check, proofs, &proof, err)) != 0)
        more = has_proof < 0 ? -1
                             : check_tell(check, proofs->name, err, "has more lines than custody");
    return more;
}

static int check_custody(struct check *check, struct error *err)
{
    struct check_lines custody, proofs;
    int is_open = check_open_lines(check, &custody, "data/custody.jsonl", LEDGER_LINE_BYTES, err);
    int result = is_open;
    if (is_open == 1) {
        result = check_open_lines(check, &proofs, "data/proofs.jsonl", PROOF_LINE_BYTES, err);
        if (result == 1)
            result = check_lines_and_proofs(check, &custody, &proofs, err);
        check_close_lines(&proofs);
    }
    check_close_lines(&custody);
    return result < 0 ? -1 : 0;
}

static int check_told(struct check *check, struct error *err)
{
    for (size_t i = 0; i < check->package_count; i++) {
        char name[sizeof PACKAGES_FOLDER + SHA256_HEX_SIZE];
        if (check->is_told[i])
            continue;
        strcpy(name, PACKAGES_FOLDER);
        strcat(name, check->packages[i]);
        if (check_tell(check, name, err, "no proved ledger line tells of it"))
            return -1;
    }
    return 0;
}

/* ---- receipts ---- */

/* Lines written before there was such a field have no hash of their receipt, which is then known by its number alone. */
static bool is_line_of(const struct json_object *line, const char *sha256, struct text receipt)
{
    struct text value;
    struct error ignored;
    int64_t number, receipt_number;
    const char *told = json_object_text(line, "receipt_sha256");
    if (told)
        return strcmp(told, sha256) == 0;
    return json_object_int64(line, "number", &number) &&
           json_slice_member(receipt, "number", &value, &ignored) == 0 && value.bytes &&
           text_parse_int64(value.bytes, value.length, &receipt_number) == 0 &&
           number == receipt_number;
}

/* The next ledger line that has this receipt: 1; 0 when none does; -1. */
static int find_line_of(struct check *check, struct check_lines *custody, const char *sha256,
                        struct text receipt, struct error *err)
{
    struct text line;
    struct error why = {0};
    int more;
    while ((more = check_next_line(check, custody, &line, err)) == 1) {
        struct json_object *object = json_object_parse(line.bytes, line.length, &why);
        bool is_it = object && is_line_of(object, sha256, receipt);
        json_object_free(object);
        if (is_it)
            return 1;
    }
    return more;
}

/* They stand in the order of the lines. */
static int check_receipts_of(struct check *check, struct check_lines *custody,
                             struct check_lines *receipts, struct error *err)
{
    struct text receipt;
    int more;
    while ((more = check_next_line(check, receipts, &receipt, err)) == 1) {
        char sha256[SHA256_HEX_SIZE];
        sha256_of(receipt.bytes, receipt.length, sha256);
        int found = find_line_of(check, custody, sha256, receipt, err);
        if (found < 0)
            return -1;
        if (found == 0)
            return check_tell(check, receipts->name, err,
                              "line %lld: no ledger line tells of this receipt (SHA-256 %s)",
                              (long long)receipts->lines.number, sha256);
        check->summary->receipts++;
    }
    return more;
}

static int check_receipts(struct check *check, struct error *err)
{
    struct check_lines custody, receipts;
    int result = check_open_lines(check, &custody, "data/custody.jsonl", LEDGER_LINE_BYTES, err);
    if (result == 1) {
        result =
            check_open_lines(check, &receipts, "data/receipts.jsonl", SEGMENT_RECEIPT_BYTES, err);
        if (result == 1)
            result = check_receipts_of(check, &custody, &receipts, err);
        check_close_lines(&receipts);
    }
    check_close_lines(&custody);
    return result < 0 ? -1 : 0;
}

int check_proofs(struct check *check, struct error *err)
{
    return read_checkpoint(check, err) < 0 || check_custody(check, err) || check_told(check, err) ||
                   check_receipts(check, err)
               ? -1
               : 0;
}
