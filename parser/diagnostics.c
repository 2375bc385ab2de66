#include "parser/diagnostics.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
    const char *name;
    enum parse_status status; /* PARSE_OK: implies none */
} codes[DIAGNOSTIC_CODES] = {
    [DIAGNOSTIC_EXTRA_OMITTED] = {"extra_omitted", PARSE_OK},
    [DIAGNOSTIC_FIELD_CUT] = {"field_cut", PARSE_OK},
    [DIAGNOSTIC_ACTION_CUT] = {"action_cut", PARSE_OK},
    [DIAGNOSTIC_UNREADABLE_TIME] = {"unreadable_time", PARSE_OK},
    [DIAGNOSTIC_UTF16] = {"utf16", PARSE_REPAIRED},
    [DIAGNOSTIC_RAW_CONTROL] = {"raw_control", PARSE_REPAIRED},
    [DIAGNOSTIC_INVALID_UTF8] = {"invalid_utf8", PARSE_REPAIRED},
    [DIAGNOSTIC_LONE_SURROGATE] = {"lone_surrogate", PARSE_REPAIRED},
    [DIAGNOSTIC_DUPLICATE_KEY] = {"duplicate_key", PARSE_REPAIRED},
    [DIAGNOSTIC_WRONG_TYPE] = {"wrong_type", PARSE_REPAIRED},
    [DIAGNOSTIC_EXIT_CODE_NOT_INTEGER] = {"exit_code_not_integer", PARSE_REPAIRED},
    [DIAGNOSTIC_EXIT_CODE_OUT_OF_RANGE] = {"exit_code_out_of_range", PARSE_REPAIRED},
    [DIAGNOSTIC_TRAILING_BYTES] = {"trailing_bytes", PARSE_REPAIRED},
    [DIAGNOSTIC_MORE_VALUES] = {"more_values", PARSE_REPAIRED},
    [DIAGNOSTIC_INPUT_CUT] = {"input_cut", PARSE_TRUNCATED},
    [DIAGNOSTIC_STRUCTURAL_NULS] = {"structural_nuls", PARSE_TRUNCATED},
    [DIAGNOSTIC_CONTAINER_TRUNCATED] = {"container_truncated", PARSE_TRUNCATED},
    [DIAGNOSTIC_UNPACKED_LIMIT] = {"unpacked_limit", PARSE_TRUNCATED},
    [DIAGNOSTIC_SYNTAX_ERROR] = {"syntax_error", PARSE_INVALID},
    [DIAGNOSTIC_NESTING_TOO_DEEP] = {"nesting_too_deep", PARSE_INVALID},
    [DIAGNOSTIC_KEY_TOO_LONG] = {"key_too_long", PARSE_INVALID},
    [DIAGNOSTIC_NUMBER_TOO_LONG] = {"number_too_long", PARSE_INVALID},
    [DIAGNOSTIC_CONTAINER_INVALID] = {"container_invalid", PARSE_INVALID},
};

void diagnostics_note(struct diagnostics *diagnostics, enum diagnostic code, int64_t count,
                      int64_t offset)
{
    if (diagnostics->of[code].count == 0 || offset < diagnostics->of[code].offset)
        diagnostics->of[code].offset = offset;
    diagnostics->of[code].count += count;
}

void diagnostics_add(struct diagnostics *diagnostics, const struct diagnostics *from)
{
    for (int code = 0; code < DIAGNOSTIC_CODES; code++)
        if (from->of[code].count > 0)
            diagnostics_note(diagnostics, (enum diagnostic)code, from->of[code].count,
                             from->of[code].offset);
}

enum parse_status diagnostics_status(const struct diagnostics *diagnostics)
{
    enum parse_status worst = PARSE_OK;
    for (int code = 0; code < DIAGNOSTIC_CODES; code++)
        if (diagnostics->of[code].count > 0 && codes[code].status > worst)
            worst = codes[code].status;
    return worst;
}

void diagnostics_write(const struct diagnostics *diagnostics, struct buffer *out)
{
    size_t start = out->length;
    for (int code = DIAGNOSTIC_CODES - 1; code >= 0; code--) {
        if (diagnostics->of[code].count == 0)
            continue;
        char element[160];
        int length = snprintf(element, sizeof element,
                              "%c{\"code\":\"%s\",\"count\":%" PRId64 ",\"offset\":%" PRId64 "}",
                              out->length > start ? ',' : '[', codes[code].name,
                              diagnostics->of[code].count, diagnostics->of[code].offset);
        /* One byte is kept for the closing bracket. */
        if (out->length + (size_t)length < out->limit)
            (void)buffer_append(out, element, (size_t)length);
    }
    if (out->length > start)
        (void)buffer_append(out, "]", 1);
}
