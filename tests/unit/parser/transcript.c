/* Transcripts: every reading rule, at every read size and cut at every byte. */
#include "tests/unit/parser/cases.h"

#define OUT(text) "{\"script_output\":\"" text "\"}"

static struct parser_case cases[] = {
    /* keys */
    CASE(a_result_as_the_service_sends_it_is_read,
         "{\"script_name\":\"a.ps1\",\"exit_code\":0,\"script_output\":\"one\\r\\ntwo\","
         "\"script_errors\":\"\"}",
         "transcript 0\noutput=one\ntwo\nerror=\nname=a.ps1\nexit_code=0\nstatus=ok\n"
         "package transcript ok\n"),
    CASE(the_keys_may_stand_in_any_order,
         " \t\r\n{ \"script_errors\" : \"e\" ,\n\"script_output\":\"o\",\"exit_code\":-3,"
         "\"script_name\":\"n\"}\n",
         "transcript 0\noutput=o\nerror=e\nname=n\nexit_code=-3\nstatus=ok\n"
         "package transcript ok\n"),
    CASE(name_and_script_error_are_second_names_of_keys,
         "{\"name\":\"n\",\"script_error\":\"e\",\"script_output\":\"o\"}",
         "transcript 0\noutput=o\nerror=e\nname=n\nstatus=ok\npackage transcript ok\n"),
    CASE(of_two_names_of_one_key_the_first_counts,
         "{\"name\":\"n\",\"script_name\":\"s\",\"script_error\":\"1\",\"script_errors\":\"2\"}",
         "transcript 0\nerror=1\nname=n\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"duplicate_key\",\"count\":2,\"offset\":26}]\n"
         "package transcript repaired\n"),
    CASE(of_a_key_given_twice_the_first_counts,
         "{\"script_output\":\"1\",\"script_output\":\"2\",\"exit_code\":1,\"exit_code\":2}",
         "transcript 0\noutput=1\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"duplicate_key\",\"count\":2,\"offset\":37}]\n"
         "package transcript repaired\n"),
    CASE(null_is_as_absent,
         "{\"script_output\":null,\"script_errors\":null,\"script_name\":null,\"exit_code\":null}",
         "transcript 0\nstatus=ok\npackage transcript ok\n"),
    CASE(a_value_after_null_counts_and_is_no_duplicate,
         "{\"script_output\":null,\"script_output\":\"x\",\"script_output\":null}",
         "transcript 0\noutput=x\nstatus=ok\npackage transcript ok\n"),
    CASE(an_empty_text_is_there, "{\"script_output\":\"\"}",
         "transcript 0\noutput=\nstatus=ok\npackage transcript ok\n"),
    CASE(a_key_may_be_written_with_escapes, "{\"script\\u005foutput\":\"x\"}",
         "transcript 0\noutput=x\nstatus=ok\npackage transcript ok\n"),
    CASE(a_raw_control_byte_in_a_key_is_repaired, "{\"script_output\":\"x\",\"a\001\\u0001\":1}",
         "transcript 0\noutput=x\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"raw_control\",\"count\":1,\"offset\":23}]\n"
         "extra={\"a\\u0001\\u0001\":1}\npackage transcript repaired\n"),

    /* exit_code */
    CASE(an_exit_code_has_64_bits, "{\"exit_code\":-9223372036854775808}",
         "transcript 0\nexit_code=-9223372036854775808\nstatus=ok\npackage transcript ok\n"),
    CASE(an_exit_code_may_be_a_text, "{\"exit_code\":\"9223372036854775807\"}",
         "transcript 0\nexit_code=9223372036854775807\nstatus=ok\npackage transcript ok\n"),
    CASE(an_exit_code_past_64_bits_is_dropped, "{\"exit_code\":9223372036854775808}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"exit_code_out_of_range\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(an_exit_code_text_past_64_bits_is_dropped, "{\"exit_code\":\"-9223372036854775809\"}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"exit_code_out_of_range\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(an_exit_code_with_a_fraction_is_dropped, "{\"exit_code\": 1.0}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"exit_code_not_integer\",\"count\":1,\"offset\":14}]\n"
         "package transcript repaired\n"),
    CASE(an_exit_code_with_an_exponent_is_dropped, "{\"exit_code\":1e2}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"exit_code_not_integer\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(an_exit_code_of_another_type_is_dropped, "{\"exit_code\":{\"exit_code\":[7,\"8\"]}}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(an_exit_code_text_that_is_no_number_is_dropped, "{\"exit_code\":\"1 \"}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(
        an_exit_code_text_may_have_leading_zeros,
        "{\"exit_code\":\"-00000000000000000000000000000000000000000000000000000000000000000012\"}",
        "transcript 0\nexit_code=-12\nstatus=ok\npackage transcript ok\n"),
    CASE(an_exit_code_text_of_zeros_is_zero,
         "{\"exit_code\":\"00000000000000000000000000000000000000000000000000000000000000000000\"}",
         "transcript 0\nexit_code=0\nstatus=ok\npackage transcript ok\n"),
    CASE(an_exit_code_text_of_many_digits_is_out_of_range,
         "{\"exit_code\":\"12345678901234567890123456789012345678901234567890123456789012345678\"}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"exit_code_out_of_range\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(many_digits_and_a_letter_are_no_exit_code,
         "{\"exit_code\":\"1234567890123456789012345678901234567890123456789012345678901234567x\"}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(a_sign_alone_is_no_exit_code, "{\"exit_code\":\"-\"}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(a_sign_behind_digits_is_no_exit_code, "{\"exit_code\":\"0-1\"}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),
    CASE(a_nul_in_an_exit_code_text_makes_it_none, "{\"exit_code\":\"1\\u0000\"}",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":13}]\n"
         "package transcript repaired\n"),

    /* texts of another type */
    CASE(a_number_as_text_keeps_its_digits, "{\"script_output\": 1.50e+3 }",
         "transcript 0\noutput=1.50e+3\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":18}]\n"
         "package transcript repaired\n"),
    CASE(a_boolean_as_text_keeps_its_word, "{\"script_errors\":false,\"script_name\":true}",
         "transcript 0\nerror=false\nname=true\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":2,\"offset\":17}]\n"
         "package transcript repaired\n"),
    CASE(an_object_as_text_keeps_its_json_verbatim,
         "{\"script_output\":{ \"a\" : [1,2 , \"\\u0041\\r\\n\xC3\xA4\\\"\"],\r\n\t\"b\":{}} , "
         "\"script_name\":[ ]}",
         "transcript 0\noutput={ \"a\" : [1,2 , \"\\u0041\\r\\n\xC3\xA4\\\"\"],\r\n\t\"b\":{}}\n"
         "name=[ ]\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":2,\"offset\":17}]\n"
         "package transcript repaired\n"),
    CASE(verbatim_json_gets_replacement_characters_and_the_nul_rule,
         "{\"script_output\":[\"\xFF\",\"a\0\0b\",\"\\u0000\",\"\\ud800\"]}",
         "transcript 0\noutput=[\"\xEF\xBF\xBD\",\"a\xE2\x90\x80"
         "b\",\"\\u0000\",\"\\ud800\"]\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":17},"
         "{\"code\":\"lone_surrogate\",\"count\":1,\"offset\":39},"
         "{\"code\":\"invalid_utf8\",\"count\":1,\"offset\":19},"
         "{\"code\":\"raw_control\",\"count\":2,\"offset\":24}]\n"
         "nuls=0,2\npackage transcript repaired\n"),

    /* decoding */
    CASE(every_escape_is_decoded, OUT("\\\"\\\\\\/\\b\\f\\n\\t\\u0041\\u00e4\\u20AC|"),
         "transcript 0\noutput=\"\\/\b\f\n\tA\xC3\xA4\xE2\x82\xAC|\nstatus=ok\n"
         "package transcript ok\n"),
    CASE(a_surrogate_pair_is_one_character, OUT("x\\uD83D\\uDE00y"),
         "transcript 0\noutput=x\xF0\x9F\x98\x80y\nstatus=ok\npackage transcript ok\n"),
    CASE(a_lone_high_surrogate_becomes_a_replacement_character,
         OUT("\\uD83Dx\\uD83D\\n\\uD83D\\u0041\\uD83D\\uD83D\\uDE00\\uD83D"),
         "transcript 0\noutput=\xEF\xBF\xBDx\xEF\xBF\xBD\n\xEF\xBF\xBD"
         "A\xEF\xBF\xBD\xF0\x9F\x98\x80\xEF\xBF\xBD\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"lone_surrogate\",\"count\":5,\"offset\":18}]\n"
         "package transcript repaired\n"),
    CASE(a_lone_low_surrogate_becomes_a_replacement_character, OUT("a\\uDE00\\uDE00b"),
         "transcript 0\noutput=a\xEF\xBF\xBD\xEF\xBF\xBD"
         "b\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"lone_surrogate\",\"count\":2,\"offset\":19}]\n"
         "package transcript repaired\n"),
    CASE(utf_8_of_every_length_passes,
         OUT("a\xC3\xA4\xE2\x82\xAC\xE0\xA4\x85\xED\x9F\xBF\xF0\x9F\x98\x80\xF4\x8F\xBF\xBFz"),
         "transcript 0\noutput=a\xC3\xA4\xE2\x82\xAC\xE0\xA4\x85\xED\x9F\xBF\xF0\x9F\x98\x80"
         "\xF4\x8F\xBF\xBFz\nstatus=ok\npackage transcript ok\n"),
    /* Unicode 15, table 3-8. */
    CASE(each_maximal_subpart_becomes_one_replacement_character,
         OUT("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
         "transcript 0\noutput=a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
         "b\xEF\xBF\xBD"
         "c\xEF\xBF\xBD\xEF\xBF\xBD"
         "d\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"invalid_utf8\",\"count\":6,\"offset\":19}]\n"
         "package transcript repaired\n"),
    CASE(overlong_forms_and_encoded_surrogates_are_invalid_byte_by_byte,
         OUT("\xC0\xAF\xED\xA0\x80\xF5"),
         "transcript 0\noutput=\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
         "\xEF\xBF\xBD\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"invalid_utf8\",\"count\":6,\"offset\":18}]\n"
         "package transcript repaired\n"),
    CASE(an_invalid_byte_before_the_closing_quote_does_not_swallow_it, OUT("a\xE2\x82"),
         "transcript 0\noutput=a\xEF\xBF\xBD\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"invalid_utf8\",\"count\":1,\"offset\":19}]\n"
         "package transcript repaired\n"),
    CASE(raw_control_bytes_are_taken_as_they_are, OUT("a\nb\tc\001\x1F\x7F"),
         "transcript 0\noutput=a\nb\tc\001\x1F\x7F\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"raw_control\",\"count\":4,\"offset\":19}]\n"
         "package transcript repaired\n"),

    /* NULs and line ends */
    CASE(the_nuls_that_end_a_text_are_removed_and_counted,
         "{\"script_output\":\"a\\u0000\\u0000\",\"script_errors\":\"b\\u0000\"}",
         "transcript 0\noutput=a\nerror=b\nstatus=ok\nnuls=3,0\npackage transcript ok\n"),
    CASE(a_run_of_nuls_inside_becomes_one_symbol,
         "{\"script_output\":\"\\u0000a\\u0000\\u0000b\",\"script_errors\":\"c\\u0000d\\u0000\"}",
         "transcript 0\noutput=\xE2\x90\x80"
         "a\xE2\x90\x80"
         "b\nerror=c\xE2\x90\x80"
         "d\nstatus=ok\nnuls=1,4\npackage transcript ok\n"),
    CASE(raw_nuls_count_like_escaped_ones_and_are_repaired, OUT("a\0\\u0000\0b\0\0"),
         "transcript 0\noutput=a\xE2\x90\x80"
         "b\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"raw_control\",\"count\":4,\"offset\":19}]\n"
         "nuls=2,3\npackage transcript repaired\n"),
    CASE(a_text_of_nuls_alone_is_empty, OUT("\\u0000\\u0000"),
         "transcript 0\noutput=\nstatus=ok\nnuls=2,0\npackage transcript ok\n"),
    CASE(nuls_of_the_name_are_normalised_and_not_counted, "{\"script_name\":\"a\\u0000b\\u0000\"}",
         "transcript 0\nname=a\xE2\x90\x80"
         "b\nstatus=ok\npackage transcript ok\n"),
    CASE(crlf_becomes_lf_and_a_lone_cr_stays, OUT("\\r\\n\\ra\\r\\r\\nb\\r\\n\\n\\rc\\r"),
         "transcript 0\noutput=\n\ra\r\nb\n\n\rc\r\nstatus=ok\npackage transcript ok\n"),
    CASE(nuls_come_before_line_ends, OUT("a\\r\\u0000\\nb\\r\\n\\u0000"),
         "transcript 0\noutput=a\r\xE2\x90\x80\nb\n\nstatus=ok\nnuls=1,1\n"
         "package transcript ok\n"),

    /* extra */
    CASE(unknown_keys_are_kept_as_json,
         "{\"script_output\":\"x\", \"b\" : [ 1.50 , true,{\"c\":null,\"d\":\"\\u00e4\\/\"} ], "
         "\"\":\"\" }",
         "transcript 0\noutput=x\nstatus=ok\n"
         "extra={\"b\":[1.50,true,{\"c\":null,\"d\":\"\xC3\xA4/\"}],\"\":\"\"}\n"
         "package transcript ok\n"),
    CASE(unknown_keys_before_the_kind_is_known_are_kept,
         "{\"machineId\":\"m\",\"type\":\"t\",\"commands\":[{}],\"value\":[],\"exit_code\":1}",
         "transcript 0\nexit_code=1\nstatus=ok\n"
         "extra={\"machineId\":\"m\",\"type\":\"t\",\"commands\":[{}],\"value\":[]}\n"
         "package transcript ok\n"),
    CASE(extra_is_valid_json_whatever_came,
         "{\"exit_code\":1,\"a\xFF\":\"\001\\u0000\0\xC3\\ud800\\\"\n\"}",
         "transcript 0\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"lone_surrogate\",\"count\":1,\"offset\":30},"
         "{\"code\":\"invalid_utf8\",\"count\":2,\"offset\":17},"
         "{\"code\":\"raw_control\",\"count\":3,\"offset\":21}]\n"
         "extra={\"a\xEF\xBF\xBD\":\"\\u0001\\u0000\\u0000\xEF\xBF\xBD\xEF\xBF\xBD\\\"\\n\"}\n"
         "package transcript repaired\n"),
    CASE(of_an_unknown_key_given_twice_the_first_counts,
         "{\"exit_code\":1,\"a\":1,\"a\":{\"a\":2},\"b\":null,\"b\":3,\"\\u0061\":4}",
         "transcript 0\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"duplicate_key\",\"count\":2,\"offset\":25}]\n"
         "extra={\"a\":1,\"b\":3}\npackage transcript repaired\n"),
    CASE(a_nested_key_of_a_known_name_means_nothing,
         "{\"a\":{\"script_output\":\"x\",\"exit_code\":1},\"script_output\":\"y\"}",
         "transcript 0\noutput=y\nstatus=ok\nextra={\"a\":{\"script_output\":\"x\","
         "\"exit_code\":1}}\npackage transcript ok\n"),

    /* the end */
    CASE(white_space_and_nuls_behind_the_object_are_nothing, "{\"exit_code\":1} \r\n\t\0\0\0 \n\0",
         "transcript 0\nexit_code=1\nstatus=ok\npackage transcript ok\n"),
    CASE(other_bytes_behind_the_object_are_repaired, "{\"exit_code\":1}\0\n}{",
         "transcript 0\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"trailing_bytes\",\"count\":1,\"offset\":17}]\n"
         "package transcript repaired\n"),
    CASE(a_second_value_is_not_read_and_said, "{\"exit_code\":1}\n{\"exit_code\":2}",
         "transcript 0\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"more_values\",\"count\":1,\"offset\":16}]\n"
         "package transcript repaired more_values\n"),
    CASE(nuls_in_the_place_of_json_to_the_end_are_a_cut, "{\"exit_code\":1,\0\0\0\0",
         "transcript 0\nexit_code=1\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"structural_nuls\",\"count\":4,\"offset\":15}]\n"
         "package transcript truncated\n"),
    CASE(nuls_in_the_place_of_json_before_other_bytes_are_invalid,
         "{\"exit_code\":1,\0\0\"script_output\":\"x\"}",
         "transcript 0\nexit_code=1\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":15}]\n"
         "package transcript invalid\n"),
    CASE(an_end_inside_a_text_keeps_what_came, "{\"exit_code\":1,\"script_output\":\"ab",
         "transcript 0\noutput=ab\nexit_code=1\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":34}]\n"
         "package transcript truncated\n"),
    CASE(an_escape_cut_off_by_the_end_is_dropped, "{\"script_output\":\"ab\\u00",
         "transcript 0\noutput=ab\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":24}]\n"
         "package transcript truncated\n"),
    CASE(a_pair_cut_off_by_the_end_is_dropped, "{\"script_output\":\"ab\\uD83D",
         "transcript 0\noutput=ab\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":26}]\n"
         "package transcript truncated\n"),
    CASE(a_character_cut_off_by_the_end_is_dropped, "{\"script_output\":\"ab\xF0\x9F\x98",
         "transcript 0\noutput=ab\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":23}]\n"
         "package transcript truncated\n"),
    CASE(a_number_cut_off_by_the_end_is_dropped, "{\"script_output\":\"a\",\"exit_code\":12",
         "transcript 0\noutput=a\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":35}]\n"
         "package transcript truncated\n"),
    CASE(verbatim_json_cut_off_by_the_end_keeps_what_came, "{\"script_output\":[1, {\"a\":\"b",
         "transcript 0\noutput=[1, {\"a\":\"b\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":28},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":17}]\n"
         "package transcript truncated\n"),
    CASE(a_member_of_extra_cut_off_by_the_end_is_dropped_whole,
         "{\"exit_code\":1,\"a\":1,\"b\":[2,",
         "transcript 0\nexit_code=1\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":28}]\n"
         "extra={\"a\":1}\npackage transcript truncated\n"),
    CASE(nul_padding_behind_a_cut_text_is_removed, "{\"script_output\":\"ab\0\0\0",
         "transcript 0\noutput=ab\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":23},"
         "{\"code\":\"raw_control\",\"count\":3,\"offset\":20}]\n"
         "nuls=3,0\npackage transcript truncated\n"),

    /* the grammar */
    CASE(a_missing_comma_is_invalid_and_what_came_before_is_kept,
         "{\"script_output\":\"x\" \"exit_code\":1}",
         "transcript 0\noutput=x\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":21}]\n"
         "package transcript invalid\n"),
    CASE(an_unknown_escape_is_invalid, OUT("ab\\x"),
         "transcript 0\noutput=ab\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":21}]\n"
         "package transcript invalid\n"),
    CASE(a_digit_that_is_none_is_invalid, OUT("ab\\u12g4"),
         "transcript 0\noutput=ab\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":24}]\n"
         "package transcript invalid\n"),
    CASE(a_broken_escape_behind_a_high_surrogate_is_invalid, OUT("\\uD83D\\u12g4"),
         "transcript 0\noutput=\xEF\xBF\xBD\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":28},"
         "{\"code\":\"lone_surrogate\",\"count\":1,\"offset\":18}]\n"
         "package transcript invalid\n"),
    CASE(a_trailing_comma_is_invalid, "{\"exit_code\":1,}",
         "transcript 0\nexit_code=1\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":15}]\n"
         "package transcript invalid\n"),
    CASE(a_misspelt_word_is_invalid, "{\"exit_code\":1,\"a\":nulx}",
         "transcript 0\nexit_code=1\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":19}]\n"
         "package transcript invalid\n"),
    CASE(a_leading_zero_is_invalid, "{\"script_output\":\"x\",\"exit_code\":01}",
         "transcript 0\noutput=x\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":33}]\n"
         "package transcript invalid\n"),
    CASE(a_form_feed_is_no_white_space_of_json, "{\"script_output\":\"x\",\f\"exit_code\":1}",
         "transcript 0\noutput=x\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":21}]\n"
         "package transcript invalid\n"),
    CASE(a_comment_is_invalid, "{\"script_output\":\"x\"/* */}",
         "transcript 0\noutput=x\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":20}]\n"
         "package transcript invalid\n"),
    CASE(bytes_that_are_no_utf_8_outside_strings_are_invalid, "{\"script_output\":\"x\",\xC3\xA4}",
         "transcript 0\noutput=x\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":21}]\n"
         "package transcript invalid\n"),
    CASE(verbatim_json_that_breaks_keeps_what_came, "{\"script_output\":[1,\"a\" 2345,\xFF]}",
         "transcript 0\noutput=[1,\"a\" \nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":24},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":17}]\n"
         "package transcript invalid\n"),
    CASE(verbatim_json_ends_before_a_byte_that_is_no_json, "{\"script_output\":[1,\xFF]}",
         "transcript 0\noutput=[1,\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":20},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":17}]\n"
         "package transcript invalid\n"),
    CASE(brackets_that_do_not_match_are_invalid, "{\"script_output\":[1,2}}",
         "transcript 0\noutput=[1,2\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":21},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":17}]\n"
         "package transcript invalid\n"),

    /* the kind */
    CASE(a_transcript_key_makes_a_transcript_wherever_it_stands,
         "{\"id\":\"1\",\"commands\":[],\"script_errors\":null}",
         "transcript 0\nstatus=ok\nextra={\"id\":\"1\",\"commands\":[]}\n"
         "package transcript ok\n"),
    CASE(a_name_alone_makes_no_transcript, "{\"name\":\"x\"}", "package file -\n"),
    CASE(a_cut_object_that_began_with_name_is_a_transcript, "{\"name\":\"x\",\"a\":\"y",
         "transcript 0\nname=x\nstatus=truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":18}]\n"
         "package transcript truncated\n"),
    CASE(a_broken_object_that_began_with_name_is_a_transcript, "{\"name\":\"x\"]",
         "transcript 0\nname=x\nstatus=invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":11}]\n"
         "package transcript invalid\n"),
    CASE(a_cut_object_that_began_with_another_key_is_a_file, "{\"a\":1,\"name\":\"x\"",
         "package file -\n"),
    CASE(an_object_with_no_key_of_ours_is_a_file, "{\"a\":\"\001\",\"a\":2}x", "package file -\n"),
    CASE(an_array_is_a_file, "[{\"script_output\":\"x\"}]", "package file -\n"),
    CASE(a_text_is_a_file, "\"script_output\"", "package file -\n"),
    CASE(nothing_is_a_file, "", "package file -\n"),
    CASE(white_space_alone_is_a_file, " \n", "package file -\n"),
    CASE(nuls_before_the_object_make_a_file, "\0{\"exit_code\":1}", "package file -\n"),

    /* the encoding */
    CASE(a_utf_8_mark_is_removed, "\xEF\xBB\xBF {\"exit_code\":1}x",
         "transcript 0\nexit_code=1\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"trailing_bytes\",\"count\":1,\"offset\":19}]\n"
         "package transcript repaired\n"),
    CASE(
        utf_16_little_endian_is_read_and_repaired,
        "\xFF\xFE{\0\"\0n\0a\0m\0e\0\"\0:\0\"\0\xE4\0=\xD8\0\xDE\"\0,\0\"\0e\0x\0i\0t\0_\0c\0o\0d\0"
        "e\0\"\0:\0001\0}\0",
        "transcript 0\nname=\xC3\xA4\xF0\x9F\x98\x80\nexit_code=1\nstatus=repaired\n"
        "diagnostics=[{\"code\":\"utf16\",\"count\":1,\"offset\":0}]\n"
        "package transcript repaired\n"),
    CASE(offsets_in_utf_16_are_bytes_of_the_document,
         "\xFE\xFF\0{\0\"\0e\0x\0i\0t\0_\0c\0o\0d\0e\0\"\0:\0\"\xD8\x00\0\\\0u\0D\0C\0"
         "0\0"
         "0\0\"\0}\0x",
         "transcript 0\nstatus=repaired\n"
         "diagnostics=[{\"code\":\"trailing_bytes\",\"count\":1,\"offset\":48},"
         "{\"code\":\"wrong_type\",\"count\":1,\"offset\":28},"
         "{\"code\":\"lone_surrogate\",\"count\":2,\"offset\":30},"
         "{\"code\":\"utf16\",\"count\":1,\"offset\":0}]\n"
         "package transcript repaired\n"),

    /* PowerShell */
    CASE(the_powershell_transcript_line_is_read,
         OUT("Transcript started, output file is C:\\\\T\\\\PSScript_Transcript_{ab-1}.txt\\r\\nx"),
         "transcript 0\noutput=Transcript started, output file is "
         "C:\\T\\PSScript_Transcript_{ab-1}.txt\nx\nstatus=ok\n"
         "ps_path=C:\\T\\PSScript_Transcript_{ab-1}.txt\nps_id=ab-1\n"
         "package transcript ok\n"),
};

int main(void)
{
    return run_cases("transcript", cases, sizeof cases / sizeof *cases);
}
