/* fetch/profile: what a person put on record for a tenant, and what is wrong with the way it was written. */
#include "fetch/profile.h"

#include "tests/unit/scratch.h"

#include <sys/stat.h>

static struct profile profile;
static struct error err;

static void write_config(const char *text)
{
    scratch_write("config", text, strlen(text));
}

static int load(const char *name)
{
    profile_free(&profile);
    err = (struct error){0};
    return profile_load(&profile, scratch_path("config"), name, &err);
}

static void assert_loaded(const char *text, const char *name)
{
    write_config(text);
    if (load(name))
        fail_msg("%s: %s", text, err.message);
}

static const char *const *fields(void)
{
    return (const char *const *)(const void *)&profile;
}

static void assert_empty(void)
{
    for (size_t i = 0; i < sizeof profile / sizeof(const char *); i++)
        assert_null(fields()[i]);
}

/* The file and the words are named, and nothing is loaded. */
static void assert_refused(const char *text, const char *name, const char *words)
{
    write_config(text);
    assert_int_equal(load(name), -1);
    if (err.code != ERROR_USAGE || !strstr(err.message, words))
        fail_msg("%s: %d: %s", text, (int)err.code, err.message);
    assert_string_equal(err.path, scratch_path("config"));
    assert_empty();
}

static int close_all(void **state)
{
    profile_free(&profile);
    return scratch_close(state);
}

#define profile_test(function) cmocka_unit_test_setup_teardown(function, scratch_open, close_all)

static void each_key_comes_into_its_field(void **state)
{
    (void)state;
    assert_loaded("[default]\n"
                  "tenant=1\nclient-id=2\nclient-secret-file=/3\nclient-certificate=/4\n"
                  "token-file=/5\ntoken-command=6\ndevice-code=no\ncloud=GCC-High\napi-url=9\n"
                  "login-url=10\nscope=11\nblob-hosts=12\nproxy=13\nca-file=/14\narchive=/15\n"
                  "operator=16\nmax-calls-per-hour=1500\n",
                  NULL);
    assert_string_equal(profile.tenant, "1");
    assert_string_equal(profile.client_id, "2");
    assert_string_equal(profile.client_secret_file, "/3");
    assert_string_equal(profile.client_certificate, "/4");
    assert_string_equal(profile.token_file, "/5");
    assert_string_equal(profile.token_command, "6");
    assert_string_equal(profile.device_code, "no");
    assert_string_equal(profile.cloud, "GCC-High");
    assert_string_equal(profile.api_url, "9");
    assert_string_equal(profile.login_url, "10");
    assert_string_equal(profile.scope, "11");
    assert_string_equal(profile.blob_hosts, "12");
    assert_string_equal(profile.proxy, "13");
    assert_string_equal(profile.ca_file, "/14");
    assert_string_equal(profile.archive, "/15");
    assert_string_equal(profile.operator, "16");
    assert_string_equal(profile.max_calls_per_hour, "1500");
}

static void white_space_quotes_comments_bom_and_crlf_are_no_part_of_a_value(void **state)
{
    (void)state;
    assert_loaded("\xEF\xBB\xBF# one\r\n\r\n  ; two\r\n\t[ default ] \r\n"
                  " tenant \t=  contoso # no comment; not one \t\r\n"
                  "operator=\" J. D. \"\r\n"
                  "token-command = az account get-access-token --query \"a = b\" -o tsv\r\n"
                  "scope = \"a\"",
                  NULL);
    assert_string_equal(profile.tenant, "contoso # no comment; not one");
    assert_string_equal(profile.operator, " J. D. ");
    assert_string_equal(profile.token_command,
                        "az account get-access-token --query \"a = b\" -o tsv");
    assert_string_equal(profile.scope, "a");
}

static void a_section_is_chosen_by_name(void **state)
{
    static const char text[] = "[other one]\ntenant = b\n[default]\ntenant = a\n[c]\nscope = d\n";
    (void)state;
    assert_loaded(text, NULL);
    assert_string_equal(profile.tenant, "a");
    assert_null(profile.scope);
    assert_loaded(text, "other one");
    assert_string_equal(profile.tenant, "b");
    assert_loaded(text, "c");
    assert_null(profile.tenant);
    assert_string_equal(profile.scope, "d");
}

static void without_a_default_nothing_is_loaded(void **state)
{
    (void)state;
    assert_loaded("[a]\ntenant = b\n", NULL);
    assert_empty();
    assert_loaded("", NULL);
    assert_loaded("# only a comment", NULL);
    assert_empty();
}

static void without_a_file_only_a_name_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(load(NULL), 0);
    assert_empty();
    assert_int_equal(load("acme"), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    assert_non_null(strstr(err.message, "\"acme\": there is no such file"));
    assert_string_equal(err.path, scratch_path("config"));
    assert_int_equal(profile_load(&profile, NULL, NULL, &err), 0);
    assert_int_equal(profile_load(&profile, NULL, "acme", &err), -1);
    assert_non_null(strstr(err.message, "set $HOME"));
    assert_int_equal(profile_load(&profile, "config/below/no/folder", NULL, &err), 0);
}

static void a_name_that_is_not_there_is_answered_with_those_that_are(void **state)
{
    (void)state;
    assert_refused("[default]\n[a b]\n", "c", "\"c\" in it; there are: default, a b");
    assert_refused("[default]\n", "Default", "there are: default");
    assert_refused("\n", "default", "there is none");
}

static void names_of_files_are_taken_from_the_folder_of_the_file(void **state)
{
    static const char text[] = "[default]\nclient-secret-file=a/b\nclient-certificate=~/c.pem\n"
                               "token-file=\"/d e\"\nca-file=~f\narchive=../g\ntoken-command=./h\n";
    char expected[256];
    (void)state;
    setenv("HOME", "/home/somebody", 1);
    assert_loaded(text, NULL);
    snprintf(expected, sizeof expected, "%s/a/b", scratch);
    assert_string_equal(profile.client_secret_file, expected);
    assert_string_equal(profile.client_certificate, "/home/somebody/c.pem");
    assert_string_equal(profile.token_file, "/d e");
    snprintf(expected, sizeof expected, "%s/~f", scratch);
    assert_string_equal(profile.ca_file, expected);
    snprintf(expected, sizeof expected, "%s/../g", scratch);
    assert_string_equal(profile.archive, expected);
    assert_string_equal(profile.token_command, "./h");
    unsetenv("HOME");
    assert_refused(text, NULL, "line 3: ~/ needs $HOME");
    assert_loaded("[x]\narchive=~/a\n", NULL);
}

static void what_is_no_section_key_or_comment_is_an_error_with_its_line(void **state)
{
    (void)state;
    assert_refused("[default]\n\ntenant\n", NULL, "line 3: neither");
    assert_refused("[default\n", NULL, "line 1: a section's name ends");
    assert_refused("[default] # x\n", NULL, "line 1: a section's name ends");
    assert_refused("[]\n", NULL, "line 1: a section's name has");
    assert_refused("[\n", NULL, "line 1: a section's name ends");
    assert_refused("# x\ntenant = a\n", NULL, "line 2: a key before any section");
    assert_refused("[default]\ntenant =\n", NULL, "line 2: a key without a value");
    assert_refused("[default]\ntenant = \"\"\n", NULL, "line 2: a key without a value");
    assert_refused("[default]\n= a\n", NULL, "line 2: unknown key; the keys");
    assert_refused("[default]\ntenant = \"a\" b\n", NULL, "line 2: a value that begins");
    assert_refused("[default]\ntenant = \"\n", NULL, "line 2: a value that begins");
    assert_refused("[default]\ntenant = a\x1B[0m\n", NULL, "line 2: a control character");
    assert_refused("[default]\rtenant = a\n", NULL, "line 1: a control character");
}

static void a_nul_in_the_file_is_an_error(void **state)
{
    static const char bytes[] = "[default]\ntenant = a\0b\n";
    (void)state;
    scratch_write("config", bytes, sizeof bytes - 1);
    assert_int_equal(load(NULL), -1);
    assert_non_null(strstr(err.message, "line 2: a control character"));
}

static void an_unknown_key_is_an_error_in_whichever_section(void **state)
{
    (void)state;
    assert_refused("[default]\ntenant = a\nclient_id = b\n", NULL,
                   "line 3: unknown key client_id; the keys are tenant, client-id, ");
    assert_refused("[default]\n[other]\nTenant = a\n", NULL, "line 3: unknown key Tenant");
}

static void what_comes_twice_is_an_error(void **state)
{
    (void)state;
    assert_refused("[default]\ntenant = a\nscope = b\ntenant = a\n", NULL,
                   "line 4: this key is in the section already");
    assert_refused("[x]\ntenant = a\ntenant = b\n", NULL, "line 3: this key");
    assert_refused("[a]\n[b]\n[ a ]\n", NULL, "line 3: this section is there already");
    assert_loaded("[a]\ntenant = a\n[default]\ntenant = b\n[c]\ntenant = c\n", NULL);
    assert_string_equal(profile.tenant, "b");
}

static void a_value_that_its_key_does_not_take_is_an_error(void **state)
{
    (void)state;
    assert_refused("[default]\ndevice-code = true\n", NULL, "line 2: device-code is yes or no");
    assert_refused("[default]\ncloud = mars\n", NULL,
                   "line 2: the cloud is one of commercial, us, ");
    assert_refused("[default]\nmax-calls-per-hour = 0\n", NULL, "whole number from 1 to 1500");
    assert_refused("[default]\nmax-calls-per-hour = 1501\n", NULL, "whole number from 1 to 1500");
    assert_refused("[default]\nmax-calls-per-hour = many\n", NULL, "whole number from 1 to 1500");
}

/* Nor is what looks like one shown, whatever line it was put in. */
static void a_secret_is_sent_to_a_file_of_its_own_and_not_shown(void **state)
{
    static const char *const lines[] = {
        "client-secret = s8Q~hunter2hunter2\n",
        "token = s8Q~hunter2hunter2\n",
        "password = s8Q~hunter2hunter2\n",
    };
    static const char *const others[] = {
        "s8Q~hunter2hunter2\n",
        "s8Q~hunter2hunter2==\n",
        "s8QXXhunter2hunter2hunter2hunter2hunter2==\n",
        "cloud = s8Q~hunter2hunter2\n",
        "tenant = \"s8Q~hunter2hunter2\n",
        "[s8Q~hunter2hunter2\n",
    };
    char text[256];
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        snprintf(text, sizeof text, "[default]\n%s", lines[i]);
        assert_refused(text, NULL, "a file of its own that only you may read (chmod 600)");
        assert_null(strstr(err.message, "hunter2"));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(text, sizeof text, "[default]\n%s", others[i]);
        assert_refused(text, NULL, "line 2: ");
        assert_null(strstr(err.message, "hunter2"));
    }
}

/* "[default]\ntenant = aaa…\n" with so many of them. */
static void write_long(size_t length)
{
    struct buffer text;
    buffer_init(&text, SIZE_MAX / 2);
    text_printf(&text, "[default]\ntenant = ");
    for (size_t i = 0; i < length; i++)
        buffer_append(&text, "a", 1);
    scratch_write("config", text.bytes, text.length);
    buffer_release(&text);
}

static void values_names_sections_and_the_file_have_a_ceiling(void **state)
{
    (void)state;
    write_long(PROFILE_VALUE_BYTES);
    assert_int_equal(load(NULL), 0);
    assert_int_equal(strlen(profile.tenant), PROFILE_VALUE_BYTES);
    write_long(PROFILE_VALUE_BYTES + 1);
    assert_int_equal(load(NULL), -1);
    assert_non_null(strstr(err.message, "line 2: a value longer than 4096 bytes"));
    write_long(PROFILE_FILE_BYTES);
    assert_int_equal(load(NULL), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    assert_non_null(strstr(err.message, "longer than 65536 bytes"));
    assert_int_equal(scratch_run("printf '#%%65535s' '' >config"), 0);
    assert_int_equal(load(NULL), 0);
    assert_int_equal(scratch_run("printf '[%%65s]\\n' x | tr ' ' x >config"), 0);
    assert_int_equal(load(NULL), -1);
    assert_non_null(strstr(err.message, "line 1: a section's name has 1 to 64 bytes"));
    assert_int_equal(scratch_run("seq 100 | sed 's/.*/[&]/' >config"), 0);
    assert_int_equal(load("100"), 0);
    assert_int_equal(scratch_run("echo '[101]' >>config"), 0);
    assert_int_equal(load(NULL), -1);
    assert_non_null(strstr(err.message, "line 101: more than 100 sections"));
}

static void a_file_that_others_may_write_is_refused(void **state)
{
    static const mode_t open_modes[] = {0620, 0602, 0666};
    (void)state;
    write_config("[default]\ntenant = a\n");
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        assert_int_equal(chmod(scratch_path("config"), open_modes[i]), 0);
        assert_int_equal(load(NULL), -1);
        assert_int_equal(err.code, ERROR_USAGE);
        assert_non_null(strstr(err.message, "chmod go-w"));
        assert_string_equal(err.path, scratch_path("config"));
    }
    assert_int_equal(chmod(scratch_path("config"), 0644), 0);
    assert_int_equal(load(NULL), 0);
}

/* Only root can give a file away. */
static void a_file_of_another_user_is_refused(void **state)
{
    (void)state;
    write_config("[default]\ntenant = a\n");
    if (geteuid() != 0)
        return;
    assert_int_equal(chown(scratch_path("config"), 12345, 0), 0);
    assert_int_equal(load(NULL), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    assert_non_null(strstr(err.message, "another user"));
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    (void)state;
    assert_int_equal(scratch_run("mkfifo -m 600 config"), 0);
    assert_int_equal(load(NULL), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    assert_non_null(strstr(err.message, "no regular file"));
    assert_int_equal(scratch_run("rm config && mkdir -m 700 config"), 0);
    assert_int_equal(load(NULL), -1);
    assert_non_null(strstr(err.message, "no regular file"));
    assert_int_equal(scratch_run("rmdir config && ln -s nowhere config"), 0);
    assert_int_equal(load(NULL), -1);
    assert_int_equal(err.code, ERROR_IO);
}

static void assert_path(const char *expected)
{
    char *path = profile_path();
    if (expected)
        assert_string_equal(path, expected);
    else
        assert_null(path);
    free(path);
}

static void the_file_is_where_configuration_is_kept(void **state)
{
    (void)state;
    setenv("HOME", "/home/somebody", 1);
    setenv("XDG_CONFIG_HOME", "/etc/somebody", 1);
    assert_path("/etc/somebody/lrarchive/config");
    setenv("XDG_CONFIG_HOME", "relative", 1);
    assert_path("/home/somebody/.config/lrarchive/config");
    unsetenv("XDG_CONFIG_HOME");
    assert_path("/home/somebody/.config/lrarchive/config");
    unsetenv("HOME");
    assert_path(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        profile_test(each_key_comes_into_its_field),
        profile_test(white_space_quotes_comments_bom_and_crlf_are_no_part_of_a_value),
        profile_test(a_section_is_chosen_by_name),
        profile_test(without_a_default_nothing_is_loaded),
        profile_test(without_a_file_only_a_name_is_an_error),
        profile_test(a_name_that_is_not_there_is_answered_with_those_that_are),
        profile_test(names_of_files_are_taken_from_the_folder_of_the_file),
        profile_test(what_is_no_section_key_or_comment_is_an_error_with_its_line),
        profile_test(a_nul_in_the_file_is_an_error),
        profile_test(an_unknown_key_is_an_error_in_whichever_section),
        profile_test(what_comes_twice_is_an_error),
        profile_test(a_value_that_its_key_does_not_take_is_an_error),
        profile_test(a_secret_is_sent_to_a_file_of_its_own_and_not_shown),
        profile_test(values_names_sections_and_the_file_have_a_ceiling),
        profile_test(a_file_that_others_may_write_is_refused),
        profile_test(a_file_of_another_user_is_refused),
        profile_test(what_is_no_file_is_refused_at_once),
        profile_test(the_file_is_where_configuration_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
