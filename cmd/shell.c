#include "cmd/verbs.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/open.h"
#include "cmd/relay.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_BYTES (64 * 1024)

/* lrarchive.so beside the program, as it is built, or where it is installed. The caller frees; NULL
 * when it is in neither place. */
static char *find_extension(void)
{
    static const char *const places[] = {"lrarchive.so", "../lib/lrarchive/lrarchive.so"};
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = length > 0 ? memrchr(program, '/', (size_t)length) : NULL;
    if (!slash)
        return NULL;
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = file_join(program, places[i]);
        if (access(path, R_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

/* `.load "path"`, as the shell reads an argument in double quotes. The caller frees. */
static char *load_command(const char *path)
{
    struct buffer command;
    buffer_init(&command, COMMAND_BYTES);
    text_printf(&command, ".load \"");
    for (const char *at = path; *at; at++)
        text_printf(&command, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
    text_printf(&command, "\"");
    char *text = memory_copy_text(buffer_text(&command), command.length);
    buffer_release(&command);
    return text;
}

/* The URI of the archive's history.db, readable from here. The caller frees; NULL with err. */
static char *find_database(const struct options *options, struct output *output, struct error *err)
{
    struct archive archive;
    struct store *reader;
    if (open_reader(&archive, &reader, options, output, err))
        return NULL;
    char *uri = store_uri(reader);
    store_close(reader);
    archive_close(&archive);
    return uri;
}

static int run_sqlite3(struct output *output, char *uri, const char *extension,
                       bool is_conversation, int *status, struct error *err)
{
    /* The functions of a foreign file's views are not trusted; -readonly goes for ATTACH, too. */
    static char name[] = "sqlite3", readonly[] = "-readonly", batch[] = "-batch", cmd[] = "-cmd",
                distrust[] = "PRAGMA trusted_schema = 0";
    char *argv[12] = {name, readonly, cmd, distrust};
    int count = 4;
    char *load = extension ? load_command(extension) : NULL;
    struct relay_plan plan = {.argv = argv,
                              .escape_stdout = output->to_terminal,
                              .escape_stderr = output->errors_to_terminal};
    plan.has_screen = is_conversation && extension;
    if (load) {
        argv[count++] = cmd;
        argv[count++] = load;
    } else if (is_conversation) {
        /* Nothing leads readline's bytes past the escaping, so it must not be used. */
        argv[count++] = batch;
    }
    argv[count] = uri;
    output_flush(output);
    int result = plan.escape_stdout || plan.escape_stderr ? relay_run(&plan, status, err)
                                                          : relay_become(argv, err);
    free(load);
    return result;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct error err = {0};
    int status = 0;
    char *uri = find_database(options, output, &err);
    if (!uri)
        return output_fail(output, &err);
    char *extension = find_extension();
    bool is_conversation = output->to_terminal && isatty(STDIN_FILENO) == 1;
    if (!extension)
        output_notice(output,
                      "lrarchive.so is neither beside the program nor in ../lib/lrarchive: the "
                      "shell has no output_lines and output_json%s",
                      is_conversation ? ", no prompt and no line editing" : "");
    int result = run_sqlite3(output, uri, extension, is_conversation, &status, &err);
    free(extension);
    free(uri);
    return result ? output_fail(output, &err) : (enum exit_status)status;
}

const struct verb shell_verb = {
    .name = "shell",
    .arguments = "",
    .summary = "Opens the archive's database in the stock sqlite3, read-only.",
    .run = run,
};
