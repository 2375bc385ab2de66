/* How an input ends: cut, padded with NULs, broken at its last token, or followed by other bytes. Every
 * case at every read size and cut at every byte. */
#include "tests/unit/parser/cases.h"

/* The last token breaks the grammar: `rest` is what came before it. */
#define INVALID_AT(offset, rest)                                                                   \
    "transcript 0\n" rest "status=invalid\n"                                                       \
    "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":" #offset "}]\n"               \
    "package transcript invalid\n"
#define CUT_AT(offset, rest)                                                                       \
    "transcript 0\n" rest "status=truncated\n"                                                     \
    "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":" #offset "}]\n"                  \
    "package transcript truncated\n"
#define NULS_AT(count, offset, rest)                                                               \
    "transcript 0\n" rest "status=truncated\n"                                                     \
    "diagnostics=[{\"code\":\"structural_nuls\",\"count\":" #count ",\"offset\":" #offset "}]\n"   \
    "package transcript truncated\n"

/* {"exit_code":1} in UTF-16, 32 bytes with its mark. */
#define LITTLE "\xFF\xFE{\0\"\0e\0x\0i\0t\0_\0c\0o\0d\0e\0\"\0:\0001\0}\0"
#define BIG "\xFE\xFF\0{\0\"\0e\0x\0i\0t\0_\0c\0o\0d\0e\0\"\0:\0001\0}"
#define UTF_16_OK                                                                                  \
    "transcript 0\nexit_code=1\nstatus=repaired\n"                                                 \
    "diagnostics=[{\"code\":\"utf16\",\"count\":1,\"offset\":0}]\n"                                \
    "package transcript repaired\n"
#define UTF_16_TRAILING_AT(offset)                                                                 \
    "transcript 0\nexit_code=1\nstatus=repaired\n"                                                 \
    "diagnostics=[{\"code\":\"trailing_bytes\",\"count\":1,\"offset\":" #offset                    \
    "},{\"code\":\"utf16\",\"count\":1,\"offset\":0}]\n"                                           \
    "package transcript repaired\n"

static struct parser_case cases[] = {
    /* a word or number at the very end that breaks the grammar */
    CASE(a_word_that_is_none_at_the_end_is_invalid, "{\"script_output\":xyz", INVALID_AT(17, "")),
    CASE(a_letter_behind_a_text_at_the_end_is_invalid, "{\"script_output\":\"a\"x",
         INVALID_AT(20, "output=a\n")),
    CASE(a_word_behind_a_text_at_the_end_is_invalid, "{\"script_output\":\"a\" garbage",
         INVALID_AT(21, "output=a\n")),
    CASE(a_word_behind_a_text_is_invalid_even_when_it_is_one, "{\"script_output\":\"a\" tru",
         INVALID_AT(21, "output=a\n")),
    CASE(a_number_behind_a_text_at_the_end_is_invalid, "{\"script_output\":\"a\"1",
         INVALID_AT(20, "output=a\n")),
    CASE(a_letter_in_the_place_of_a_key_at_the_end_is_invalid, "{\"script_output\":\"a\",x",
         INVALID_AT(21, "output=a\n")),
    CASE(a_word_in_the_place_of_a_key_at_the_end_is_invalid, "{\"script_output\":\"a\",nul",
         INVALID_AT(21, "output=a\n")),
    CASE(a_letter_behind_a_minus_at_the_end_is_invalid, "{\"exit_code\":-s", INVALID_AT(13, "")),
    CASE(a_leading_zero_at_the_end_is_invalid, "{\"exit_code\":00", INVALID_AT(13, "")),
    CASE(a_minus_inside_a_number_at_the_end_is_invalid, "{\"exit_code\":1-2", INVALID_AT(13, "")),
    CASE(a_letter_behind_a_whole_word_at_the_end_is_invalid, "{\"script_output\":trueX",
         INVALID_AT(17, "")),
    CASE(nothing_of_a_wrong_number_is_kept, "{\"script_output\":1-2}", INVALID_AT(17, "")),
    CASE(a_letter_in_the_place_of_a_colon_at_the_end_is_invalid, "{\"script_output\"x",
         INVALID_AT(16, "")),
    CASE(a_number_in_the_place_of_a_colon_at_the_end_is_invalid, "{\"name\" 1", INVALID_AT(8, "")),
    CASE(an_exponent_behind_a_bare_point_at_the_end_is_invalid, "{\"exit_code\":1.e",
         INVALID_AT(13, "")),
    CASE(two_signs_of_an_exponent_at_the_end_are_invalid, "{\"exit_code\":1e+-",
         INVALID_AT(13, "")),
    CASE(a_plus_before_a_number_at_the_end_is_invalid, "{\"exit_code\":+1", INVALID_AT(13, "")),
    CASE(a_wrong_word_before_nuls_is_invalid, "{\"script_output\":\"a\"abcdefghijklmnop\0\0",
         INVALID_AT(20, "output=a\n")),
    CASE(a_number_in_a_wrong_place_before_nuls_is_invalid, "{\"script_output\":\"a\"1\0\0",
         INVALID_AT(20, "output=a\n")),
    CASE(a_wrong_word_in_verbatim_json_at_the_end_is_invalid, "{\"script_output\":[1 2",
         "transcript 0\noutput=[1 \nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":20},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":17}]\n"
         "package transcript invalid\n"),

    /* a word or number at the very end that may go on */
    CASE(a_minus_at_the_end_is_a_cut, "{\"exit_code\":-", CUT_AT(14, "")),
    CASE(a_zero_at_the_end_is_a_cut, "{\"exit_code\":-0", CUT_AT(15, "")),
    CASE(a_point_at_the_end_is_a_cut, "{\"exit_code\":1.", CUT_AT(15, "")),
    CASE(a_fraction_at_the_end_is_a_cut, "{\"exit_code\":0.25", CUT_AT(17, "")),
    CASE(an_exponent_at_the_end_is_a_cut, "{\"exit_code\":10.5E-", CUT_AT(19, "")),
    CASE(digits_of_an_exponent_at_the_end_are_a_cut, "{\"exit_code\":1e10", CUT_AT(17, "")),
    CASE(a_word_that_may_go_on_at_the_end_is_a_cut, "{\"exit_code\":tru", CUT_AT(16, "")),
    CASE(a_whole_word_at_the_end_is_a_cut, "{\"script_output\":false", CUT_AT(22, "")),
    CASE(a_word_cut_in_a_member_of_extra_drops_the_member, "{\"exit_code\":1,\"a\":[null,n",
         CUT_AT(26, "exit_code=1\n")),
    CASE(a_word_cut_in_verbatim_json_is_dropped, "{\"script_output\":[1,t",
         "transcript 0\noutput=[1,\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":21},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":17}]\n"
         "package transcript truncated\n"),
    CASE(a_number_cut_by_nuls_is_a_cut, "{\"exit_code\":12\0\0", NULS_AT(2, 15, "")),

    /* NULs */
    CASE(nuls_and_white_space_in_the_place_of_json_are_a_cut,
         "{\"script_output\":\"a\",\0\0 \n\0\t\r", NULS_AT(3, 21, "output=a\n")),
    CASE(white_space_between_nuls_and_other_bytes_does_not_save_them,
         "{\"script_output\":\"a\",\0\0 \n\"exit_code\":1}", INVALID_AT(21, "output=a\n")),
    CASE(nuls_that_cut_an_escape_are_a_cut, "{\"script_output\":\"a\\\0\0\0",
         NULS_AT(3, 20, "output=a\n")),
    CASE(nuls_that_cut_the_digits_of_an_escape_are_a_cut, "{\"script_output\":\"a\\u00\0\0\0",
         NULS_AT(3, 23, "output=a\n")),
    CASE(nuls_that_cut_an_escape_behind_a_high_surrogate_are_a_cut,
         "{\"script_output\":\"a\\ud83d\\ude\0\0",
         "transcript 0\noutput=a\xEF\xBF\xBD\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"structural_nuls\",\"count\":2,\"offset\":29},"
         "{\"code\":\"lone_surrogate\",\"count\":1,\"offset\":19}]\n"
         "package transcript truncated\n"),
    CASE(nuls_that_cut_an_escape_of_a_key_are_a_cut, "{\"exit_code\":1,\"a\\u\0\0",
         NULS_AT(2, 19, "exit_code=1\n")),
    CASE(nuls_that_cut_an_escape_in_verbatim_json_are_a_cut, "{\"script_output\":[\"a\\\0\0",
         "transcript 0\noutput=[\"a\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"structural_nuls\",\"count\":2,\"offset\":21},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":17}]\n"
         "package transcript truncated\n"),
    CASE(nuls_in_an_escape_before_other_bytes_are_invalid, "{\"script_output\":\"a\\\0\0b\"}",
         INVALID_AT(20, "output=a\n")),
    CASE(nuls_in_an_escape_before_white_space_are_invalid, "{\"script_output\":\"a\\u0\0\0\n",
         INVALID_AT(22, "output=a\n")),

    /* UTF-16 that ends inside a unit or pair */
    CASE(a_lone_nul_byte_behind_utf_16_is_nothing, LITTLE "\0", UTF_16_OK),
    CASE(a_lone_nul_byte_behind_big_endian_utf_16_is_nothing, BIG "\0", UTF_16_OK),
    CASE(an_odd_number_of_nuls_behind_utf_16_is_nothing, LITTLE "\0\0\0", UTF_16_OK),
    CASE(another_lone_byte_behind_utf_16_is_trailing, LITTLE "\n\0\n", UTF_16_TRAILING_AT(34)),
    CASE(half_a_pair_behind_utf_16_is_trailing, LITTLE "\x00\xD8", UTF_16_TRAILING_AT(32)),
    CASE(three_quarters_of_a_pair_behind_utf_16_are_trailing, LITTLE "\x3D\xD8\x00",
         UTF_16_TRAILING_AT(32)),
    CASE(a_cut_unit_inside_utf_16_is_a_cut, "\xFE\xFF\0{\0\"\0n\0a\0m\0e\0\"\0:\0\"\0a\0",
         "transcript 0\nname=a\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":22},"
         "{\"code\":\"utf16\",\"count\":1,\"offset\":0}]\n"
         "package transcript truncated\n"),

    /* what is not read is not judged */
    CASE(lone_surrogates_behind_trailing_bytes_are_not_counted, LITTLE "x\0\x00\xD8\x00\xD8",
         UTF_16_TRAILING_AT(32)),
    CASE(a_lone_surrogate_behind_the_object_is_trailing_and_not_counted,
         LITTLE "\n\0\x00\xDC\x00\xDC\x00\xDC", UTF_16_TRAILING_AT(34)),
    CASE(lone_surrogates_behind_a_second_value_are_not_counted, BIG "\0 \0{\xDC\x00\xDC\x00",
         "transcript 0\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"more_values\",\"count\":1,\"offset\":34},"
         "{\"code\":\"utf16\",\"count\":1,\"offset\":0}]\n"
         "package transcript repaired more_values\n"),
    CASE(lone_surrogates_inside_the_object_are_counted_whatever_follows,
         "\xFE\xFF\0{\0\"\0n\0a\0m\0e\0\"\0:\0\"\xDC\x00\0\"\0,\0\"\0e\0x\0i\0t\0_"
         "\0c\0o\0d\0e\0\"\0:"
         "\0001\0}\0x\xDC\x00",
         "transcript 0\nname=\xEF\xBF\xBD\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"trailing_bytes\",\"count\":1,\"offset\":54},"
         "{\"code\":\"lone_surrogate\",\"count\":1,\"offset\":20},"
         "{\"code\":\"utf16\",\"count\":1,\"offset\":0}]\n"
         "package transcript repaired\n"),
};

int main(void)
{
    return run_cases("ending", cases, sizeof cases / sizeof *cases);
}
