#include "parser/powershell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE "**********************\n"

/* Head and tail as they are cut out of a whole output. */
static struct powershell_fields read_output(const char *output)
{
    struct powershell_fields fields;
    size_t length = strlen(output);
    size_t head = length < POWERSHELL_HEAD_BYTES ? length : POWERSHELL_HEAD_BYTES;
    size_t tail = length < POWERSHELL_TAIL_BYTES ? length : POWERSHELL_TAIL_BYTES;
    powershell_read((struct text){output, head}, (struct text){output + length - tail, tail},
                    &fields);
    return fields;
}

/* `expected` NULL means absent. */
static void assert_text(struct text text, const char *expected)
{
    if (!expected) {
        assert_null(text.bytes);
        return;
    }
    assert_non_null(text.bytes);
    if (text.length != strlen(expected) || memcmp(text.bytes, expected, text.length) != 0)
        fail_msg("'%.*s' is not '%s'", (int)text.length, text.bytes, expected);
}

static void assert_path(const char *output, const char *path, const char *id)
{
    struct powershell_fields fields = read_output(output);
    assert_text(fields.transcript_path, path);
    assert_text(fields.transcript_id, id);
}

/* ---- the line that names the transcript ---- */

#define FOLDER "C:\\ProgramData\\Some Vendor\\Temp\\PSScriptOutputs\\"

static void the_transcript_line_gives_path_and_id(void **state)
{
    (void)state;
    assert_path("Transcript started, output file is " FOLDER
                "PSScript_Transcript_{0A1B2C3D-0000-4444-8888-0123456789AB}.txt\nrest.txt}\n",
                FOLDER "PSScript_Transcript_{0A1B2C3D-0000-4444-8888-0123456789AB}.txt",
                "0A1B2C3D-0000-4444-8888-0123456789AB");
    assert_path("nothing of the kind\n", NULL, NULL);
    assert_path("", NULL, NULL);
}

static void text_may_follow_the_path_on_its_line(void **state)
{
    (void)state;
    assert_path("x " FOLDER "PSScript_Transcript_{A-B}.txt a.txt is smaller than {b}\n",
                FOLDER "PSScript_Transcript_{A-B}.txt", "A-B");
    assert_path("Ausgabedatei ist \"" FOLDER "PSScript_Transcript_{A-B}.txt\".\n",
                FOLDER "PSScript_Transcript_{A-B}.txt", "A-B");
}

static void ids_are_taken_as_written(void **state)
{
    (void)state;
    static const char *const ids[] = {"TRANSCRIPT_ID", "0a1b2c3d-0000", "not a guid"};
    for (size_t i = 0; i < 3; i++) {
        char output[400], path[300];
        snprintf(path, sizeof path, FOLDER "PSScript_Transcript_{%s}.txt", ids[i]);
        snprintf(output, sizeof output, "started: %s", path);
        assert_path(output, path, ids[i]);
    }
    assert_path("C:\\PSScript_Transcript_{}.txt", "C:\\PSScript_Transcript_{}.txt", NULL);
}

static void a_missing_brace_ends_the_id_with_its_word(void **state)
{
    (void)state;
    assert_path("is C:\\PSScript_Transcript_{0a1b.txt and {more}\n",
                "C:\\PSScript_Transcript_{0a1b.txt", "0a1b");
    assert_path("is C:\\PSScript_Transcript_{0a1b more\n", "C:\\PSScript_Transcript_{0a1b", "0a1b");
    assert_path("is C:\\PSScript_Transcript_0a1b.txt\n", "C:\\PSScript_Transcript_0a1b.txt",
                "0a1b");
    assert_path("is C:\\PSScript_Transcript_{0a1b} in a.txt\n", "C:\\PSScript_Transcript_{0a1b}",
                "0a1b");
    assert_path("is C:\\PSScript_Transcript_{0a\n1b}.txt\n", "C:\\PSScript_Transcript_{0a", "0a");
}

static void the_path_begins_at_its_last_drive_or_share(void **state)
{
    (void)state;
    assert_path("D:\\x and E:\\y\\PSScript_Transcript_{A}.txt",
                "E:\\y\\PSScript_Transcript_{A}.txt", "A");
    assert_path("on \\\\server\\share\\PSScript_Transcript_{A}.txt",
                "\\\\server\\share\\PSScript_Transcript_{A}.txt", "A");
    assert_path("\xE6\x96\x87\xE4\xBB\xB6\xE4\xB8\xBA"
                "C:\\PSScript_Transcript_{A}.txt",
                "C:\\PSScript_Transcript_{A}.txt", "A");
    assert_path("C:\\\\a\\\\PSScript_Transcript_{A}.txt", "C:\\\\a\\\\PSScript_Transcript_{A}.txt",
                "A");
    assert_path("file /tmp/PSScript_Transcript_{A}.txt", "/tmp/PSScript_Transcript_{A}.txt", "A");
    /* A drive on the line before belongs to something else. */
    assert_path("C:\\x\nPSScript_Transcript_{A}.txt", "PSScript_Transcript_{A}.txt", "A");
}

/* ---- the header block ---- */

struct wording {
    const char *prologue, *start, *user, *runas, *configuration, *machine, *host, *process;
    const char *epilogue, *end;
};

static const struct wording wordings[] = {
    {"Windows PowerShell transcript start",
     "Start time: ", "Username: ", "RunAs User: ", "Configuration Name: ", "Machine: ",
     "Host Application: ", "Process ID: ", "Windows PowerShell transcript end", "End time: "},
    {"Start der Aufzeichnung",
     "Startzeit: ", "Benutzername: ", "RunAs-Benutzer: ", "Konfigurationsname: ", "Computer: ",
     "Hostanwendung: ", "Prozess-ID: ", "Ende der Aufzeichnung", "Endzeit: "},
    {"D\xC3\xA9"
     "but de la transcription",
     "Heure de d\xC3\xA9"
     "but\xC2\xA0: ",
     "Nom d'utilisateur : ", "Utilisateur runAs\xC2\xA0:\xC2\xA0", "Nom de la configuration : ",
     "Ordinateur : ", "Application h\xC3\xB4te : ", "ID de processus : ", "Fin", "Heure de fin : "},
    {"Inicio de la transcripci\xC3\xB3n", "Hora de inicio: ", "Nombre de usuario: ",
     "Usuario RunAs: ", "Nombre de la configuraci\xC3\xB3n: ", "M\xC3\xA1quina: ",
     "Aplicaci\xC3\xB3n host: ", "Id. de proceso: ", "Final", "Hora de finalizaci\xC3\xB3n: "},
    {"Inizio trascrizione", "Ora di inizio: ", "Nome utente: ", "Esegui come utente: ",
     "Nome configurazione: ", "Computer ", "Applicazione host: ", "ID processo: ", "Fine",
     "Ora di fine: "},
    {"In\xC3\xAD"
     "cio da transcri\xC3\xA7\xC3\xA3o",
     "Hora de in\xC3\xAD"
     "cio: ",
     "Nome de Usu\xC3\xA1rio: ", "Executar como: ", "Nome da Configura\xC3\xA7\xC3\xA3o: ",
     "Computador: ", "Aplicativo Host: ", "ID do Processo: ", "Fim", "Hora de t\xC3\xA9rmino: "},
    {"\xE8\x84\x9A\xE6\x9C\xAC\xE5\xBC\x80\xE5\xA7\x8B", "\xE5\xBC\x80\xE5\xA7\x8B\xEF\xBC\x9A",
     "\xE7\x94\xA8\xE6\x88\xB7\xEF\xBC\x9A", "RunAs \xE7\x94\xA8\xE6\x88\xB7\xEF\xBC\x9A ",
     "\xE9\x85\x8D\xE7\xBD\xAE\xEF\xBC\x9A", "\xE8\xAE\xA1\xE7\xAE\x97\xE6\x9C\xBA\xEF\xBC\x9A ",
     "\xE4\xB8\xBB\xE6\x9C\xBA: ", "\xE8\xBF\x9B\xE7\xA8\x8B ID: ", "\xE7\xBB\x93\xE6\x9D\x9F",
     "\xE7\xBB\x93\xE6\x9D\x9F\xE6\x97\xB6\xE9\x97\xB4: "},
};

static void every_language_is_read_by_position(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        for (int with_configuration = 0; with_configuration <= 1; with_configuration++) {
            const struct wording *w = &wordings[i];
            char output[4000];
            snprintf(output, sizeof output,
                     "started " FOLDER "PSScript_Transcript_{A}.txt\n" LINE
                     "%s\n%s20240229235958\n%sCORP\\analyst one\n%sCORP\\SYSTEM\n%s%s%s"
                     "%sHOST-01 (Microsoft Windows NT 10.0.1)\n%sC:\\shell.exe -File: x (y)\n"
                     "%s4711\nPSVersion: 5.1.1\nPSEdition: Desktop\nBuildVersion: 10: 1\n" LINE
                     "some output\n" LINE "%s\n%s20240301000102\n" LINE,
                     w->prologue, w->start, w->user, w->runas,
                     with_configuration ? w->configuration : "", with_configuration ? "Remote" : "",
                     with_configuration ? "\n" : "", w->machine, w->host, w->process, w->epilogue,
                     w->end);
            struct powershell_fields fields = read_output(output);
            assert_text(fields.user, "CORP\\analyst one");
            assert_text(fields.runas_user, "CORP\\SYSTEM");
            assert_text(fields.machine, "HOST-01");
            assert_text(fields.host_application, "C:\\shell.exe -File: x (y)");
            assert_true(fields.has_process_id);
            assert_int_equal(fields.process_id, 4711);
            assert_text(fields.version, "5.1.1");
            assert_string_equal(fields.started_at, "2024-02-29T23:59:58");
            assert_string_equal(fields.ended_at, "2024-03-01T00:01:02");
            assert_text(fields.transcript_id, "A");
        }
}

#define TOP LINE "start\nStart time: 20230318210401\nUser: u\nRunAs: r\n"
#define MACHINE "Machine: H (Windows)\n"

static void a_host_application_may_span_lines(void **state)
{
    (void)state;
    struct powershell_fields fields =
        read_output(TOP MACHINE "Host: shell -Command {\n  $x: 12\n\n  count: 99\n}\nPID: 7\n"
                                "PSVersion: 7.4\n" LINE);
    assert_text(fields.host_application, "shell -Command {\n  $x: 12\n\n  count: 99\n}");
    assert_int_equal(fields.process_id, 7);
    assert_text(fields.version, "7.4");
}

static void a_block_without_its_end_gives_what_is_there(void **state)
{
    (void)state;
    struct powershell_fields fields = read_output(TOP MACHINE "Host: shell\nPID: 7");
    assert_text(fields.host_application, "shell");
    assert_int_equal(fields.process_id, 7);
    assert_text(fields.version, NULL);
    assert_string_equal(fields.ended_at, "");
    fields = read_output(TOP MACHINE "Host: shell\n  second line");
    assert_text(fields.host_application, "shell");
    assert_false(fields.has_process_id);
    fields = read_output(LINE "start\nStart time: 20230318210401\nUser: u");
    assert_text(fields.user, "u");
    assert_text(fields.machine, NULL);
    fields = read_output(LINE "start\nStart time: 20230318210401\n");
    assert_string_equal(fields.started_at, "");
}

static void an_old_block_without_a_runas_line_is_read(void **state)
{
    (void)state;
    struct powershell_fields fields = read_output(
        LINE "start\nStart time: 20230318210401\nUsername: u\nMachine: H (Windows)\n" LINE "x\n");
    assert_text(fields.user, "u");
    assert_text(fields.runas_user, NULL);
    assert_text(fields.machine, "H");
    assert_text(fields.host_application, NULL);
    assert_string_equal(fields.started_at, "2023-03-18T21:04:01");
}

static void empty_values_are_absent(void **state)
{
    (void)state;
    struct powershell_fields fields = read_output(
        LINE "start\nStart: 20230318210401\nUser:\nRunAs:  \nMachine: (W)\nHost:\nPID: 7\n" LINE);
    assert_text(fields.user, NULL);
    assert_text(fields.runas_user, NULL);
    assert_text(fields.machine, NULL);
}

static void impossible_times_stay_absent(void **state)
{
    (void)state;
    static const char *const times[] = {"20230229120000", "20231301120000", "20230100120000",
                                        "20230101240000", "20230101006000", "20230101000060",
                                        "00000101000000", "19000229000000"};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char output[400];
        snprintf(output, sizeof output,
                 LINE "start\nStart: %s\nUser: u\nRunAs: r\n" MACHINE LINE LINE
                      "end\nEnd: %s\n" LINE,
                 times[i], times[i]);
        struct powershell_fields fields = read_output(output);
        assert_string_equal(fields.started_at, "");
        assert_string_equal(fields.ended_at, "");
        assert_text(fields.user, "u");
    }
}

static void a_banner_of_asterisks_is_no_header_block(void **state)
{
    (void)state;
    static const char *const outputs[] = {
        LINE "My script\nversion 20230318\nby me\n" LINE,
        "*" LINE "start\nStart: 20230318210401\nUser: u\nRunAs: r\n" MACHINE LINE,
        LINE "start\nStart: 120230318210401\nUser: u\nRunAs: r\n" MACHINE LINE,
        LINE "end\nEnd: 20230318210401\n" LINE,
        LINE,
    };
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        struct powershell_fields fields = read_output(outputs[i]);
        assert_string_equal(fields.started_at, "");
        assert_text(fields.user, NULL);
        assert_text(fields.machine, NULL);
    }
    /* The banner does not hide the block that comes after it. */
    struct powershell_fields fields = read_output(LINE "My script\n" TOP MACHINE LINE);
    assert_text(fields.machine, "H");
}

static void the_last_end_block_of_a_long_output_counts(void **state)
{
    (void)state;
    static char output[200000];
    memset(output, 'x', sizeof output - 1);
    for (size_t i = 99; i < sizeof output - 1; i += 100)
        output[i] = '\n';
    static const char end[] =
        LINE "end\nEnd: 20230318210401\n" LINE LINE "end\nEnd: 20230318210402\n" LINE "\n";
    memcpy(output + sizeof output - sizeof end, end, sizeof end);
    struct powershell_fields fields = read_output(output);
    assert_string_equal(fields.ended_at, "2023-03-18T21:04:02");
    assert_string_equal(fields.started_at, "");
}

static void absent_texts_give_absent_fields(void **state)
{
    (void)state;
    struct powershell_fields fields;
    powershell_read((struct text){0}, (struct text){0}, &fields);
    assert_text(fields.transcript_path, NULL);
    assert_text(fields.user, NULL);
    assert_false(fields.has_process_id);
    assert_string_equal(fields.ended_at, "");
}

static void a_block_cut_anywhere_is_read_safely(void **state)
{
    (void)state;
    static const char whole[] =
        "C:\\PSScript_Transcript_{A}.txt\n" TOP "Configuration: c\n" MACHINE
        "Host: a\nb\nPID: 7\nPSVersion: 7\n" LINE "out\n" LINE "end\nEnd: 20230318210402\n" LINE;
    for (size_t cut = 0; cut < sizeof whole; cut++) {
        /* A block of its own, so that a read past its end is seen by the sanitizer. */
        char *copy = malloc(cut + 1);
        memcpy(copy, whole, cut);
        struct powershell_fields fields;
        char *tight = cut ? realloc(copy, cut) : copy;
        powershell_read((struct text){tight, cut}, (struct text){tight, cut}, &fields);
        if (fields.user.bytes)
            assert_true(fields.user.bytes + fields.user.length <= tight + cut);
        free(tight);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_transcript_line_gives_path_and_id),
        cmocka_unit_test(text_may_follow_the_path_on_its_line),
        cmocka_unit_test(ids_are_taken_as_written),
        cmocka_unit_test(a_missing_brace_ends_the_id_with_its_word),
        cmocka_unit_test(the_path_begins_at_its_last_drive_or_share),
        cmocka_unit_test(every_language_is_read_by_position),
        cmocka_unit_test(a_host_application_may_span_lines),
        cmocka_unit_test(a_block_without_its_end_gives_what_is_there),
        cmocka_unit_test(an_old_block_without_a_runas_line_is_read),
        cmocka_unit_test(empty_values_are_absent),
        cmocka_unit_test(impossible_times_stay_absent),
        cmocka_unit_test(a_banner_of_asterisks_is_no_header_block),
        cmocka_unit_test(the_last_end_block_of_a_long_output_counts),
        cmocka_unit_test(absent_texts_give_absent_fields),
        cmocka_unit_test(a_block_cut_anywhere_is_read_safely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
