/*
 * history - a month of Live Response in an organisation, as files to ingest: results of a dozen scripts
 * on some hundreds of machines, and the machine actions that ran them. The same COUNT gives the same
 * bytes.
 *
 *   history COUNT FOLDER    COUNT results of 1 to 5 KB below FOLDER, in a folder per day
 *
 * Named as a downloader names them: <action id>_<index>.json; of half the actions <action id>.json is
 * there before the results, of a quarter a list reply (machineactions-NN.json) behind the day's
 * results, of the rest nothing is known. One result in twenty has no action in its name. One in a hundred
 * is repaired, one in three hundred truncated, one in twenty thousand shows what a hunt looks for.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DAYS 30
#define DAY_SECONDS 86400
#define FIRST_DAY 1772323200 /* 2026-03-01T00:00:00Z */
#define MACHINES 400
#define COMMANDS_MOST 5
#define LIST_ACTIONS 100 /* actions in one list reply */
#define OUTPUT_BYTES 6000
#define PATH_BYTES 4096

#define PICK(list) ((list)[random_below(sizeof(list) / sizeof *(list))])

static uint64_t random_state = 0x9E3779B97F4A7C15u;

/* xorshift64*: the same row of numbers everywhere. */
static uint32_t random_word(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * 0x2545F4914F6CDD1Du) >> 32);
}

static uint32_t random_below(uint32_t bound)
{
    return random_word() % bound;
}

static bool one_in(uint32_t bound)
{
    return random_below(bound) == 0;
}

/* ---- texts that fill up and then take no more ---- */

struct text {
    char *bytes;
    size_t length, size;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(text->bytes + text->length, text->size - text->length, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < text->size - text->length)
        text->length += (size_t)length;
    text->bytes[text->length] = '\0';
}

static void make_guid(char guid[37])
{
    snprintf(guid, 37, "%08x-%04x-4%03x-%x%03x-%04x%08x", random_word(), random_below(0x10000),
             random_below(0x1000), 8 + random_below(4), random_below(0x1000), random_below(0x10000),
             random_word());
}

/* ---- machines ---- */

struct machine {
    char id[41];
    char name[48];
    bool is_linux;
};

static struct machine machines[MACHINES];

static void make_machines(void)
{
    for (int i = 0; i < MACHINES; i++) {
        struct machine *machine = &machines[i];
        snprintf(machine->id, sizeof machine->id, "%08x%08x%08x%08x%08x", random_word(),
                 random_word(), random_word(), random_word(), random_word());
        machine->is_linux = i % 8 == 7;
        if (i < 4)
            snprintf(machine->name, sizeof machine->name, "dc%d.corp.example", i + 1);
        else if (machine->is_linux)
            snprintf(machine->name, sizeof machine->name, "web-%03d.dmz.corp.example", i);
        else
            snprintf(machine->name, sizeof machine->name, "%s-%03d.%s", i % 5 ? "ws" : "srv", i,
                     i % 3 ? "corp.example" : "branch.corp.example");
    }
}

/* ---- what scripts print: a line each, as it stands in a JSON string ---- */

static const char *const programs[] = {
    "svchost.exe",  "explorer.exe",    "chrome.exe",        "lsass.exe",   "services.exe",
    "MsMpEng.exe",  "outlook.exe",     "powershell.exe",    "cmd.exe",     "rundll32.exe",
    "teams.exe",    "taskhostw.exe",   "conhost.exe",       "spoolsv.exe", "SearchIndexer.exe",
    "OneDrive.exe", "SecHealthUI.exe", "RuntimeBroker.exe", "msedge.exe",  "backup-agent.exe"};
static const char *const folders[] = {
    "C:\\\\Windows\\\\System32",
    "C:\\\\Windows\\\\SysWOW64",
    "C:\\\\Program Files\\\\Common Files",
    "C:\\\\ProgramData\\\\Microsoft\\\\Windows Defender\\\\Platform\\\\4.18.24090.11-0",
    "C:\\\\Program Files (x86)\\\\Backup\\\\bin",
    "C:\\\\Program Files\\\\Google\\\\Chrome\\\\Application"};
static const char *const logons[] = {
    "4624 An account was successfully logged on", "4625 An account failed to log on",
    "4634 An account was logged off", "4672 Special privileges assigned to new logon"};
static const char *const states[] = {"Established", "TimeWait", "CloseWait", "Listen"};
static const char *const hosts[] = {
    "login.example.com",  "update.example.net",    "cdn.example.org",       "mail.corp.example",
    "files.corp.example", "telemetry.example.net", "intranet.corp.example", "proxy.corp.example"};

static void add_process(struct text *out)
{
    const char *program = PICK(programs);
    add(out, "%6u %6u %-20s %s\\\\%s\\r\\n", random_below(9000) * 4, random_below(2000) * 4,
        program, PICK(folders), program);
}

static void add_connection(struct text *out)
{
    add(out, "%-18s 10.%u.%u.%u:%u -> 203.0.113.%u:%u %s\\r\\n", PICK(programs), random_below(16),
        random_below(250), random_below(250), 49152 + random_below(16000), random_below(64),
        one_in(3) ? 80u : 443u, PICK(states));
}

static void add_logon(struct text *out)
{
    add(out, "2026-03-%02u %02u:%02u:%02u %s. Account CORP\\\\user%u Source 10.%u.%u.%u\\r\\n",
        1 + random_below(30), random_below(24), random_below(60), random_below(60), PICK(logons),
        random_below(3000), random_below(16), random_below(250), random_below(250));
}

static void add_autorun(struct text *out)
{
    add(out,
        "HKLM\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run  %s  \\\"%s\\\\%s\\\""
        " /background\\r\\n",
        PICK(hosts), PICK(folders), PICK(programs));
}

static void add_hash(struct text *out)
{
    add(out, "%08x%08x%08x%08x%08x  %9u  %s\\\\%s\\r\\n", random_word(), random_below(64),
        random_word(), random_word(), random_below(64), random_below(40000000), PICK(folders),
        PICK(programs));
}

static void add_service(struct text *out)
{
    add(out, "%-12s %-10s svc%04u  %s\\\\%s -k netsvcs\\r\\n", one_in(2) ? "Running" : "Stopped",
        one_in(3) ? "Automatic" : "Manual", random_below(600), PICK(folders), PICK(programs));
}

static void add_name(struct text *out)
{
    add(out, "%-28s A     %6u  203.0.113.%u\\r\\n", PICK(hosts), random_below(86400),
        random_below(64));
}

static void add_task(struct text *out)
{
    add(out, "\\\\Microsoft\\\\Windows\\\\Task-%u  Ready  next run 2026-03-%02uT%02u:%02u:00\\r\\n",
        random_below(300), 1 + random_below(30), random_below(24), random_below(60));
}

static void add_product(struct text *out)
{
    add(out, "KB50%05u  Update  10.0.%u.%u  installed 2026-%02u-%02u\\r\\n", random_below(2000),
        random_below(30), random_below(9000), 1 + random_below(3), 1 + random_below(28));
}

static void add_socket(struct text *out)
{
    add(out, "tcp  LISTEN 0 %u  0.0.0.0:%u  users:((\\\"%s\\\",pid=%u,fd=%u))\\n",
        random_below(512), random_below(9000), one_in(2) ? "nginx" : "sshd", random_below(32768),
        random_below(64));
}

static void add_package(struct text *out)
{
    add(out, "ii  lib%s%u  %u.%u-%u  amd64\\n", one_in(2) ? "ssl" : "crypt", random_below(400),
        random_below(9), random_below(40), random_below(12));
}

static const struct script {
    const char *name;
    void (*add_line)(struct text *out);
    bool is_linux;
} scripts[] = {
    {"list-processes.ps1", add_process, false},
    {"list-connections.ps1", add_connection, false},
    {"logons-today.ps1", add_logon, false},
    {"list-autoruns.ps1", add_autorun, false},
    {"hash-programs.ps1", add_hash, false},
    {"list-services.ps1", add_service, false},
    {"dns-cache.ps1", add_name, false},
    {"scheduled-tasks.ps1", add_task, false},
    {"installed-updates.ps1", add_product, false},
    {"list-sockets.sh", add_socket, true},
    {"list-packages.sh", add_package, true},
    {"triage-linux.sh", add_socket, true},
};

static const struct script *pick_script(const struct machine *machine)
{
    return machine->is_linux ? &scripts[9 + random_below(3)] : &scripts[random_below(9)];
}

/* ---- results ---- */

static void add_output(struct text *out, const struct script *script, const struct machine *machine)
{
    size_t wanted = out->length + 900 + random_below(3900);
    char guid[37];
    make_guid(guid);
    if (!script->is_linux)
        add(out,
            "Transcript started, output file is C:\\\\ProgramData\\\\Microsoft\\\\Windows Defender "
            "Advanced Threat Protection\\\\Temp\\\\PSScriptOutputs\\\\PSScript_Transcript_{%s}.txt"
            "\\r\\n",
            guid);
    add(out, "== %s on %s%s", script->name, machine->name, script->is_linux ? "\\n" : "\\r\\n");
    if (one_in(20000))
        add(out, " 5180 svchost.exe C:\\\\Users\\\\Public\\\\Libraries\\\\svchost.exe -> "
                 "203.0.113.180:443 Established\\r\\n");
    while (out->length < wanted)
        script->add_line(out);
    if (one_in(100))
        add(out, "cut by the console\n"); /* a raw line feed: repaired */
}

static int pick_exit_code(void)
{
    static const int others[] = {1, 1, 1, 2, 5, 5, 87, 259, -1, -2147024891};
    return one_in(12) ? PICK(others) : 0;
}

/* The bytes of one result's package. */
static void make_result(struct text *out, const struct script *script,
                        const struct machine *machine)
{
    int exit_code = pick_exit_code();
    out->length = 0;
    add(out, "{\"script_name\":\"%s\",\"exit_code\":%d,\"script_output\":\"", script->name,
        exit_code);
    add_output(out, script, machine);
    add(out, "\",\"script_errors\":\"%s\"}",
        exit_code ? "Access to the path 'C:\\\\Windows\\\\Temp' is denied.\\r\\n" : "");
    if (one_in(300))
        out->length -= 40 + random_below((uint32_t)out->length / 2); /* truncated */
}

static bool write_file(const char *path, const struct text *text, int64_t time_seconds)
{
    struct timespec times[2] = {{.tv_sec = time_seconds}, {.tv_sec = time_seconds}};
    FILE *file = fopen(path, "wbx");
    if (!file)
        return false;
    bool written = fwrite(text->bytes, 1, text->length, file) == text->length &&
                   fflush(file) == 0 && futimens(fileno(file), times) == 0;
    return fclose(file) == 0 && written;
}

/* ---- actions ---- */

struct action {
    char id[37];
    const struct machine *machine;
    int64_t time_seconds;
    int command_count;
    const struct script *scripts[COMMANDS_MOST];
};

static const char *format_time(int64_t time_seconds)
{
    static char texts[2][40];
    static int next;
    char *text = texts[next++ % 2];
    time_t seconds = (time_t)time_seconds;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    size_t length = strftime(text, 40, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, 40 - length, ".%07uZ", random_below(10000000));
    return text;
}

static void add_action(struct text *out, const struct action *action)
{
    int64_t at = action->time_seconds;
    add(out, "{\"id\":\"%s\",\"type\":\"LiveResponse\",\"title\":null,\"requestor\":\"%s\",",
        action->id, one_in(4) ? "analyst@corp.example" : "automation-app");
    add(out, "\"requestorComment\":\"Sweep %u\",\"status\":\"Succeeded\",\"machineId\":\"%s\",",
        (unsigned)((at - FIRST_DAY) / 3600), action->machine->id);
    add(out, "\"computerDnsName\":\"%s\",\"creationDateTimeUtc\":\"%s\",", action->machine->name,
        format_time(at - 60));
    add(out, "\"lastUpdateDateTimeUtc\":\"%s\",\"errorHResult\":0,\"scope\":null,\"commands\":[",
        format_time(at + 60 * action->command_count));
    for (int i = 0; i < action->command_count; i++)
        add(out,
            "%s{\"index\":%d,\"startTime\":\"%s\",\"endTime\":\"%s\",\"commandStatus\":\"%s\","
            "\"errors\":[],\"command\":{\"type\":\"RunScript\",\"params\":[{\"key\":\"ScriptName\","
            "\"value\":\"%s\"}]}}",
            i ? "," : "", i, format_time(at + 60 * i), format_time(at + 60 * i + 31),
            one_in(200) ? "Failed" : "Completed", action->scripts[i]->name);
    add(out, "]}");
}

/* ---- a day ---- */

struct day {
    char folder[PATH_BYTES / 2];
    int64_t begin_seconds;
    struct text result, action, list;
    int listed, lists;
};

static bool flush_list(struct day *day)
{
    char path[PATH_BYTES];
    if (day->listed == 0)
        return true;
    add(&day->list, "]}");
    snprintf(path, sizeof path, "%s/machineactions-%02d.json", day->folder, ++day->lists);
    bool written = write_file(path, &day->list, day->begin_seconds + DAY_SECONDS - 1);
    day->listed = 0;
    return written;
}

static bool list_action(struct day *day, const struct action *action)
{
    if (day->listed == 0) {
        day->list.length = 0;
        add(&day->list, "{\"@odata.context\":\"$metadata#MachineActions\",\"value\":[");
    }
    add(&day->list, "%s", day->listed++ ? "," : "");
    add_action(&day->list, action);
    return day->listed < LIST_ACTIONS || flush_list(day);
}

static bool tell_action(struct day *day, const struct action *action)
{
    char path[PATH_BYTES];
    switch (random_below(4)) {
    case 0:
        return true; /* nobody asked the service */
    case 1:
        return list_action(day, action);
    default:
        day->action.length = 0;
        add_action(&day->action, action);
        snprintf(path, sizeof path, "%s/%s.json", day->folder, action->id);
        return write_file(path, &day->action, action->time_seconds + 600);
    }
}

/* One live response and its results; *left goes down by them. */
static bool write_session(struct day *day, long *left)
{
    char path[PATH_BYTES];
    struct action action = {.machine = &machines[random_below(MACHINES)],
                            .time_seconds = day->begin_seconds + random_below(DAY_SECONDS - 600),
                            .command_count = 1 + (int)random_below(COMMANDS_MOST)};
    if (action.command_count > *left)
        action.command_count = (int)*left;
    make_guid(action.id);
    bool is_named = !one_in(20);
    for (int i = 0; i < action.command_count; i++) {
        action.scripts[i] = pick_script(action.machine);
        make_result(&day->result, action.scripts[i], action.machine);
        if (is_named)
            snprintf(path, sizeof path, "%s/%s_%d.json", day->folder, action.id, i);
        else
            snprintf(path, sizeof path, "%s/result-%06ld.json", day->folder, *left - i);
        if (!write_file(path, &day->result, action.time_seconds + 60 * i + 40))
            return false;
    }
    *left -= action.command_count;
    return !is_named || tell_action(day, &action);
}

static bool write_day(struct day *day, const char *folder, int number, long count)
{
    time_t begin = FIRST_DAY + (time_t)number * DAY_SECONDS;
    struct tm parts;
    char date[16];
    gmtime_r(&begin, &parts);
    strftime(date, sizeof date, "%Y-%m-%d", &parts);
    day->begin_seconds = begin;
    day->lists = 0;
    if (snprintf(day->folder, sizeof day->folder, "%s/%s", folder, date) >=
        (int)sizeof day->folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (mkdir(day->folder, 0777))
        return false;
    while (count > 0)
        if (!write_session(day, &count))
            return false;
    return flush_list(day);
}

static struct text new_text(size_t size)
{
    return (struct text){.bytes = calloc(1, size), .size = size};
}

static bool write_history(long count, const char *folder)
{
    struct day day = {.result = new_text(2 * OUTPUT_BYTES),
                      .action = new_text(64 * 1024),
                      .list = new_text(LIST_ACTIONS * 8 * 1024)};
    bool written = day.result.bytes && day.action.bytes && day.list.bytes;
    make_machines();
    for (int number = 0; number < DAYS && written; number++)
        written =
            write_day(&day, folder, number, count * (number + 1) / DAYS - count * number / DAYS);
    free(day.result.bytes);
    free(day.action.bytes);
    free(day.list.bytes);
    return written;
}

int main(int argc, char **argv)
{
    char *end = NULL;
    long count = argc == 3 ? strtol(argv[1], &end, 10) : 0;
    if (count < 1 || count > 100000000 || *end) {
        fputs("usage: history COUNT FOLDER\n", stderr);
        return 2;
    }
    if ((mkdir(argv[2], 0777) == 0 || errno == EEXIST) && write_history(count, argv[2]))
        return 0;
    perror("history");
    return 1;
}
