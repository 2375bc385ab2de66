/* Machine actions: one object, a list reply, and what tells them from transcripts and files. */
#include "tests/unit/parser/cases.h"

static struct parser_case cases[] = {
    CASE(
        an_action_is_read_with_its_commands,
        "{\"id\":\"a-1\",\"type\":\"LiveResponse\",\"title\":null,\"requestor\":\"r\","
        "\"requestorComment\":\"c\\r\\nd\",\"status\":\"Succeeded\",\"machineId\":\"m\","
        "\"computerDnsName\":\"h\",\"creationDateTimeUtc\":\"2023-03-18T21:02:00.35Z\","
        "\"lastUpdateDateTimeUtc\":\"2023-03-18T21:04:41.93163Z\",\"cancellationRequestor\":\"q\","
        "\"cancellationComment\":\"k\",\"cancellationDateTimeUtc\":\"2023-03-18T22:00:00Z\","
        "\"errorHResult\":-2147024891,\"scope\":\"s\",\"externalId\":\"x\","
        "\"requestSource\":\"PublicApi\",\"relatedFileInfo\":{\"id\":1},\"commands\":["
        "{\"index\":1,\"startTime\":\"2023-03-18T21:04:01.92Z\",\"endTime\":null,"
        "\"commandStatus\":\"Completed\",\"errors\":[\"e\", 1],\"command\":{\"type\":\"RunScript\","
        "\"params\":[{\"key\":\"Args\",\"value\":\"-x\"},{\"key\":\"ScriptName\",\"value\":\"a."
        "ps1\"}"
        "]}}],\"troubleshootInfo\":null}",
        "action 0\naction_id=a-1\ntype=LiveResponse\nstatus=Succeeded\nrequestor=r\n"
        "requestor_comment=c\nd\nmachine_id=m\nmachine_name=h\nexternal_id=x\n"
        "request_source=PublicApi\ncancellation_requestor=q\ncancellation_comment=k\nscope=s\n"
        "error_hresult=-2147024891\ncreated_at=2023-03-18T21:02:00.3500000Z\n"
        "last_updated_at=2023-03-18T21:04:41.9316300Z\ncancelled_at=2023-03-18T22:00:00.0000000Z\n"
        "command 1\n type=RunScript\n status=Completed\n"
        " started_at=2023-03-18T21:04:01.9200000Z\n"
        " params=[{\"key\":\"Args\",\"value\":\"-x\"},{\"key\":\"ScriptName\",\"value\":\"a.ps1\"}]"
        "\n"
        " errors=[\"e\",1]\n script_name=a.ps1\npackage action ok\n"),
    CASE(the_other_names_of_keys_are_known,
         "{\"commands\":[],\"lastUpdateTimeUtc\":\"2023-03-18T21:04:41Z\",\"externalID\":\"x\"}",
         "action 0\nexternal_id=x\nlast_updated_at=2023-03-18T21:04:41.0000000Z\n"
         "package action ok\n"),
    CASE(machine_id_and_type_make_an_action, "{\"type\":\"t\",\"machineId\":\"m\"}",
         "action 0\ntype=t\nmachine_id=m\npackage action ok\n"),
    CASE(a_machine_id_without_a_type_makes_a_file, "{\"id\":\"1\",\"machineId\":\"m\"}",
         "package file -\n"),
    CASE(commands_alone_make_an_action, "{\"commands\":null}", "action 0\npackage action ok\n"),
    CASE(commands_further_in_make_no_action,
         "{\"a\":{\"commands\":[{}],\"machineId\":1,\"type\":2}}", "package file -\n"),
    CASE(a_list_reply_gives_its_actions_and_skips_the_rest,
         "{\"@odata.context\":\"c\",\"value\":[{\"id\":\"1\",\"commands\":[{\"index\":0}]},7,"
         "{\"id\":\"2\"},[{\"commands\":[]}],{\"id\":\"3\",\"machineId\":\"m\",\"type\":\"t\"}]}",
         "action 0\naction_id=1\ncommand 0\naction 0\naction_id=3\ntype=t\nmachine_id=m\n"
         "package action ok\n"),
    CASE(an_empty_list_reply_is_a_file, "{\"@odata.context\":\"c\",\"value\":[]}",
         "package file -\n"),
    CASE(a_list_reply_of_other_things_is_a_file, "{\"value\":[{\"id\":\"1\"},{\"type\":\"t\"}]}",
         "package file -\n"),
    CASE(keys_around_a_list_count_together,
         "{\"machineId\":\"m\",\"value\":[{\"id\":\"2\"}],\"type\":\"t\"}",
         "action 0\ntype=t\npackage action ok\n"),
    CASE(after_an_action_of_a_list_a_transcript_key_means_nothing,
         "{\"value\":[{\"id\":\"1\",\"commands\":[]}],\"script_output\":\"x\"}",
         "action 0\naction_id=1\npackage action ok\n"),
    CASE(a_cut_list_gives_what_came,
         "{\"value\":[{\"id\":\"1\",\"commands\":[]},{\"commands\":[{\"index\":4,\"command\":{"
         "\"type\":\"Run",
         "action 0\naction_id=1\naction 0\ncommand 4\n type=Run\npackage action truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":81}]\n"),
    CASE(a_cut_action_gives_what_came, "{\"machineId\":\"m\",\"type\":\"Live",
         "action 0\ntype=Live\nmachine_id=m\npackage action truncated\n"
         "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":29}]\n"),
    CASE(a_broken_action_gives_what_came, "{\"commands\":[{\"index\":2,\"errors\":[1,}]}",
         "action 0\ncommand 2\npackage action invalid\n"
         "diagnostics=[{\"code\":\"syntax_error\",\"count\":1,\"offset\":36}]\n"),
    CASE(an_action_cut_before_it_is_one_is_a_file, "{\"machineId\":\"m\",\"ty", "package file -\n"),
    CASE(
        a_command_without_an_index_gets_its_position,
        "{\"commands\":[{\"index\":5},{},{\"index\":\"1\"},{\"index\":1.5},{\"index\":null}]}",
        "action 0\ncommand 5\ncommand 1\ncommand 2\ncommand 3\ncommand 4\npackage action repaired\n"
        "diagnostics=[{\"code\":\"wrong_type\",\"count\":2,\"offset\":37}]\n"),
    CASE(the_script_name_is_found_in_any_case_and_order,
         "{\"commands\":[{\"command\":{\"params\":[{\"value\":\"b\\\"\\u0000\\n\xC3\xA4."
         "ps1\\u0000\","
         "\"key\":\"SCRIPTNAME\"},{\"key\":\"scriptname\",\"value\":\"c\"}]}}]}",
         "action 0\ncommand 0\n params=[{\"value\":\"b\\\"\\u0000\\n\xC3\xA4.ps1\\u0000\","
         "\"key\":\"SCRIPTNAME\"},{\"key\":\"scriptname\",\"value\":\"c\"}]\n"
         " script_name=b\"\xE2\x90\x80\n\xC3\xA4.ps1\npackage action ok\n"),
    CASE(a_script_name_that_is_no_text_is_absent,
         "{\"commands\":[{\"command\":{\"params\":[{\"key\":\"ScriptName\",\"value\":1},"
         "{\"key\":[\"ScriptName\"],\"value\":\"x\"},{\"a\":{\"key\":\"ScriptName\","
         "\"value\":\"y\"}}]}}]}",
         "action 0\ncommand 0\n params=[{\"key\":\"ScriptName\",\"value\":1},"
         "{\"key\":[\"ScriptName\"],\"value\":\"x\"},{\"a\":{\"key\":\"ScriptName\","
         "\"value\":\"y\"}}]\npackage action ok\n"),
    CASE(nuls_in_the_texts_of_an_action_are_normalised,
         "{\"commands\":[],\"requestor\":\"a\\u0000\\u0000b\\u0000\"}",
         "action 0\nrequestor=a\xE2\x90\x80"
         "b\npackage action ok\n"),
    CASE(a_text_of_another_type_keeps_its_json,
         "{\"commands\":[],\"id\": 7 ,\"status\":[ \"a\", {} ],\"scope\":true}",
         "action 0\naction_id=7\nstatus=[\"a\",{}]\nscope=true\npackage action repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":3,\"offset\":21}]\n"),
    CASE(a_time_of_another_type_is_dropped,
         "{\"commands\":[],\"creationDateTimeUtc\":{\"id\":\"x\"},\"id\":\"1\"}",
         "action 0\naction_id=1\npackage action repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":37}]\n"),
    CASE(a_time_that_cannot_be_read_is_dropped_and_said,
         "{\"commands\":[{\"startTime\":\"soon\"}],\"creationDateTimeUtc\":\"\"}",
         "action 0\ncommand 0\npackage action ok\n"
         "diagnostics=[{\"code\":\"unreadable_time\",\"count\":2,\"offset\":26}]\n"),
    CASE(of_an_actions_key_given_twice_the_first_counts,
         "{\"id\":null,\"id\":\"1\",\"id\":\"2\",\"externalId\":\"3\",\"externalID\":\"4\","
         "\"commands\":[{\"index\":1,\"index\":2,\"command\":{\"type\":\"a\"},"
         "\"command\":{\"type\":\"b\"}}],\"commands\":[{}]}",
         "action 0\naction_id=1\nexternal_id=3\ncommand 1\n type=a\npackage action repaired\n"
         "diagnostics=[{\"code\":\"duplicate_key\",\"count\":5,\"offset\":25}]\n"),
    CASE(commands_of_another_type_are_said,
         "{\"commands\":{\"commands\":[{\"index\":1}],\"index\":2}}",
         "action 0\npackage action repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":1,\"offset\":12}]\n"),
    CASE(elements_of_commands_that_are_no_objects_are_said,
         "{\"commands\":[1,[{\"index\":9}],\"x\",{\"command\":\"y\"}]}",
         "action 0\ncommand 3\npackage action repaired\n"
         "diagnostics=[{\"code\":\"wrong_type\",\"count\":4,\"offset\":13}]\n"),
    CASE(an_error_result_may_be_a_text, "{\"commands\":[],\"errorHResult\":\"0x80070005\"}",
         "action 0\nerror_hresult=0x80070005\npackage action ok\n"),
    CASE(repairs_of_an_action_are_told_of_the_package, "{\"commands\":[],\"id\":\"a\nb\"} {",
         "action 0\naction_id=a\nb\npackage action repaired more_values\n"
         "diagnostics=[{\"code\":\"more_values\",\"count\":1,\"offset\":27},"
         "{\"code\":\"raw_control\",\"count\":1,\"offset\":22}]\n"),
};

int main(void)
{
    return run_cases("action", cases, sizeof cases / sizeof *cases);
}
