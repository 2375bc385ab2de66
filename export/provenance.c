#include "export/provenance.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "evidence/ledger.h"
#include "evidence/location.h"
#include "evidence/merkle_record.h"
#include "schema/case_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gathering {
    struct provenance *provenance;
    const struct provenance_sources *sources;
    struct query *wanted;  /* the next of the case's lines */
    int64_t wanted_number; /* 0: no more */
    struct merkle_record *record;
    struct buffer receipt;
};

static int next_wanted(struct gathering *gathering, struct error *err)
{
    int more = query_next(gathering->wanted, err);
    gathering->wanted_number =
        more == 1 ? query_value_named(gathering->wanted, "number").integer : 0;
    return more < 0 ? -1 : 0;
}

/* ---- receipts ---- */

static int check_receipt(const struct gathering *gathering, const struct location *location,
                         struct error *err)
{
    const struct buffer *receipt = &gathering->receipt;
    char sha256[SHA256_HEX_SIZE];
    sha256_of(receipt->bytes, receipt->length, sha256);
    if (location->entry.receipt_sha256[0] && strcmp(location->entry.receipt_sha256, sha256) != 0)
        return error_set(err, ERROR_DAMAGED,
                         "the receipt of ledger line %lld is not the one that was written; bring "
                         "the segment back from a copy",
                         (long long)location->entry.receipt_number);
    if (memchr(receipt->bytes, '\n', receipt->length))
        return error_set(err, ERROR_DAMAGED, "the receipt of ledger line %lld has several lines",
                         (long long)location->entry.receipt_number);
    return 0;
}

/* 1 when it names no other case. */
static int may_be_shown(const struct gathering *gathering, struct error *err)
{
    const struct buffer *receipt = &gathering->receipt;
    struct json_object *object = json_object_parse(receipt->bytes, receipt->length, err);
    if (!object)
        return -1;
    const char *named = json_object_text(object, "case_name");
    int may = !named || text_equal_fold(named, gathering->sources->case_name);
    json_object_free(object);
    return may;
}

static int take_receipt(struct gathering *gathering, const struct ledger_line *line,
                        struct error *err)
{
    struct location location;
    int has_entry = location_read(line->object, &location, err);
    if (has_entry <= 0)
        return has_entry;
    if (segment_read_receipt(gathering->sources->evidence_folder, &location.entry,
                             &gathering->receipt, err) ||
        check_receipt(gathering, &location, err))
        return -1;
    int may = may_be_shown(gathering, err);
    if (may == 1) {
        struct spool *out = gathering->provenance->receipts;
        spool_write(out, gathering->receipt.bytes, gathering->receipt.length);
        spool_string(out, "\n");
        gathering->provenance->receipt_count++;
    }
    return may < 0 ? -1 : 0;
}

/* ---- lines ---- */

static int tell_changed(const struct gathering *gathering, const struct ledger_line *line,
                        struct error *err)
{
    char name[32];
    ledger_file_name(line->place.file, name);
    char *path = file_join(gathering->sources->ledger_folder, name);
    error_set(err, ERROR_DAMAGED,
              "ledger line %lld is another one in history.db: one of the two was changed; "
              "`lrarchive verify` tells more",
              (long long)line->place.number);
    error_at_path(err, path);
    free(path);
    return error_at_offset(err, line->line_offset);
}

static int take_line(struct gathering *gathering, const struct ledger_line *line, struct error *err)
{
    struct text sha256 = query_value_named(gathering->wanted, "line_sha256").text;
    bool has_receipt = query_value_named(gathering->wanted, "has_receipt").integer != 0;
    if (sha256.length != SHA256_HEX_LENGTH ||
        memcmp(sha256.bytes, line->place.sha256, SHA256_HEX_LENGTH) != 0)
        return tell_changed(gathering, line, err);
    spool_text(gathering->provenance->custody, line->line);
    spool_string(gathering->provenance->custody, "\n");
    gathering->provenance->line_count++;
    return (has_receipt && take_receipt(gathering, line, err)) || next_wanted(gathering, err) ? -1
                                                                                              : 0;
}

static int read_lines(struct gathering *gathering, struct ledger_reader *reader, struct error *err)
{
    struct ledger_line line;
    struct checkpoint *checkpoint = &gathering->provenance->checkpoint;
    while (checkpoint->size < gathering->sources->last_number) {
        int more = interrupt_check(err) ? -1 : ledger_reader_next(reader, &line, err);
        if (more == 0)
            return error_set(err, ERROR_DAMAGED, "the ledger has %lld lines, and had %lld",
                             (long long)checkpoint->size,
                             (long long)gathering->sources->last_number);
        if (more < 0 ||
            merkle_record_add(gathering->record, line.line.bytes, line.line.length, err))
            return -1;
        if (checkpoint->size++ == 0)
            snprintf(checkpoint->origin, sizeof checkpoint->origin, "lrarchive/%s",
                     line.place.sha256);
        if (line.place.number == gathering->wanted_number && take_line(gathering, &line, err))
            return -1;
    }
    if (gathering->wanted_number != 0)
        return error_set(err, ERROR_DAMAGED, "the ledger lacks line %lld",
                         (long long)gathering->wanted_number);
    if (merkle_record_finish(gathering->record, err))
        return -1;
    merkle_record_root(gathering->record, checkpoint->root);
    return 0;
}

static int walk_ledger(struct gathering *gathering, struct error *err)
{
    struct ledger_place start;
    ledger_place_start(&start);
    struct ledger_reader *reader =
        ledger_reader_open(gathering->sources->ledger_folder, &start, err);
    int result = reader ? read_lines(gathering, reader, err) : -1;
    ledger_reader_close(reader);
    return result;
}

/* ---- proofs ---- */

static int write_proof(const struct gathering *gathering, int64_t number,
                       struct json_writer *writer, struct error *err)
{
    struct merkle_proof proof;
    struct buffer hash;
    if (merkle_record_prove(gathering->record, number - 1, &proof, err))
        return -1;
    buffer_init(&hash, 2 * SHA256_SIZE);
    json_writer_begin(writer);
    json_writer_int64(writer, "number", number);
    json_writer_int64(writer, "index", proof.index);
    json_writer_open_array(writer, "hashes");
    for (int i = 0; i < proof.count; i++) {
        buffer_clear(&hash);
        sign_encode(&hash, proof.hashes[i], SHA256_SIZE);
        json_writer_element_text(writer, (struct text){hash.bytes, hash.length});
    }
    json_writer_close_array(writer);
    spool_text(gathering->provenance->proofs, json_writer_end(writer));
    spool_string(gathering->provenance->proofs, "\n");
    buffer_release(&hash);
    return 0;
}

static int write_proofs(const struct gathering *gathering, struct error *err)
{
    struct query *lines;
    if (case_copy_lines(gathering->sources->copy, &lines, err))
        return -1;
    struct json_writer *writer = json_writer_new();
    int more;
    while ((more = query_next(lines, err)) == 1)
        if (write_proof(gathering, query_value_named(lines, "number").integer, writer, err)) {
            more = -1;
            break;
        }
    json_writer_free(writer);
    query_free(lines);
    return more;
}

static int gather(struct gathering *gathering, struct error *err)
{
    return case_copy_lines(gathering->sources->copy, &gathering->wanted, err) ||
                   next_wanted(gathering, err) || walk_ledger(gathering, err) ||
                   write_proofs(gathering, err)
               ? -1
               : 0;
}

static int open_spools(struct provenance *provenance, const char *folder, struct error *err)
{
    struct spool **spools[] = {&provenance->custody, &provenance->receipts, &provenance->proofs};
    for (size_t i = 0; i < sizeof spools / sizeof *spools; i++)
        if (!(*spools[i] = spool_new(folder, err)))
            return -1;
    return 0;
}

int provenance_gather(struct provenance *provenance, const struct provenance_sources *sources,
                      struct error *err)
{
    struct gathering gathering = {.provenance = provenance, .sources = sources};
    *provenance = (struct provenance){0};
    buffer_init(&gathering.receipt, SEGMENT_RECEIPT_BYTES);
    int result = open_spools(provenance, sources->spool_folder, err);
    if (result == 0)
        gathering.record = merkle_record_new(sources->spool_folder, err);
    result = gathering.record ? gather(&gathering, err) : -1;
    query_free(gathering.wanted);
    merkle_record_free(gathering.record);
    buffer_release(&gathering.receipt);
    return result;
}

void provenance_release(struct provenance *provenance)
{
    spool_free(provenance->custody);
    spool_free(provenance->receipts);
    spool_free(provenance->proofs);
    *provenance = (struct provenance){0};
}
