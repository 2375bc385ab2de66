/*
 * generate - results of any size, of text like the one scripts print: process lists, logons,
 * connections, file hashes. The same arguments give the same bytes.
 *
 *   generate SIZE [--padding]     one result of about SIZE bytes (K, M, G: powers of 1000) on stdout;
 *                                 with --padding half of it is \u0000 after the text
 *   generate --many COUNT FOLDER  COUNT results of 2 to 5 KB as files
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 0x9E3779B97F4A7C15u;

/* xorshift64*: the same row of numbers everywhere. */
static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * 0x2545F4914F6CDD1Du) >> 33) % bound;
}

#define PICK(list) ((list)[random_below(sizeof(list) / sizeof *(list))])

static const char *const programs[] = {
    "svchost.exe",   "explorer.exe", "chrome.exe",        "lsass.exe",   "services.exe",
    "MsMpEng.exe",   "outlook.exe",  "powershell.exe",    "cmd.exe",     "rundll32.exe",
    "taskhostw.exe", "teams.exe",    "RuntimeBroker.exe", "conhost.exe", "backup-agent.exe"};
static const char *const folders[] = {
    "C:\\\\Windows\\\\System32",
    "C:\\\\Windows\\\\SysWOW64",
    "C:\\\\Program Files\\\\Common Files",
    "C:\\\\ProgramData\\\\Microsoft\\\\Windows Defender\\\\Platform",
    "C:\\\\Users\\\\Public\\\\Libraries",
    "C:\\\\Program Files (x86)\\\\Backup\\\\bin"};
static const char *const logons[] = {"An account was successfully logged on",
                                     "An account failed to log on", "An account was logged off",
                                     "Special privileges assigned to new logon"};
static const char *const states[] = {"Established", "TimeWait", "CloseWait", "Listen"};

/* One line of text with its line end, as it stands in a JSON string. Returns its length. */
static int put_line(char *out, size_t size)
{
    unsigned a = random_below(200);
    unsigned b = random_below(250);
    switch (random_below(8)) {
    case 0:
    case 1:
    case 2:
        return snprintf(out, size, "%6u %6u %-20s %s\\\\%s\\r\\n", random_below(9000) * 4,
                        random_below(2000) * 4, PICK(programs), PICK(folders), PICK(programs));
    case 3:
    case 4:
    case 5:
        return snprintf(out, size,
                        "2026-03-%02u %02u:%02u:%02u 46%02u %s. Account CORP\\\\svc-%u Workstation "
                        "WS-%03u Source 10.%u.%u.%u\\r\\n",
                        1 + random_below(28), random_below(24), random_below(60), random_below(60),
                        random_below(80), PICK(logons), random_below(40), random_below(400),
                        random_below(16), a, b);
    case 6:
        return snprintf(out, size, "%s 192.0.2.%u:%u -> 203.0.113.%u:443 %s\\r\\n", PICK(programs),
                        a, 49152 + random_below(16000), b, PICK(states));
    default:
        return snprintf(out, size, "%08x%08x  %9u  %s\\\\%s\\r\\n", random_below(UINT32_MAX),
                        random_below(65536), random_below(40000000), PICK(folders), PICK(programs));
    }
}

static bool write_result(FILE *out, int64_t size_bytes, bool padding)
{
    static const char head[] =
        "{\"script_name\":\"collect.ps1\",\"exit_code\":0,\"script_output\":\"";
    static const char tail[] = "\",\"script_errors\":\"\"}";
    static const char nul[] = "\\u0000";
    int64_t left = size_bytes - (int64_t)(sizeof head + sizeof tail);
    int64_t nul_bytes = padding ? left / 2 : 0;
    fputs(head, out);
    for (left -= nul_bytes; left > 0;) {
        char line[512];
        left -= put_line(line, sizeof line);
        fputs(line, out);
    }
    for (; nul_bytes > 0; nul_bytes -= (int64_t)sizeof nul - 1)
        fputs(nul, out);
    fputs(tail, out);
    return fflush(out) == 0 && !ferror(out);
}

static bool write_many(long count, const char *folder)
{
    for (long i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%08lx-0000-4000-8000-0000%08lx_0.json", folder,
                 (i * 2654435L) & 0xFFFFFFFF, i);
        FILE *file = fopen(path, "wbx");
        if (!file)
            return false;
        bool written = write_result(file, 2000 + random_below(3000), false);
        if (fclose(file) != 0 || !written)
            return false;
    }
    return true;
}

/* 0 when it is no size. */
static int64_t parse_size(const char *text)
{
    char *end;
    int64_t size = strtoll(text, &end, 10);
    if (*end == 'K')
        return size * 1000;
    if (*end == 'M')
        return size * 1000000;
    if (*end == 'G')
        return size * 1000000000;
    return *end ? 0 : size;
}

int main(int argc, char **argv)
{
    bool done = false;
    if (argc == 4 && strcmp(argv[1], "--many") == 0) {
        done = write_many(strtol(argv[2], NULL, 10), argv[3]);
    } else if ((argc == 2 || (argc == 3 && strcmp(argv[2], "--padding") == 0)) &&
               parse_size(argv[1]) > 0) {
        done = write_result(stdout, parse_size(argv[1]), argc == 3);
    } else {
        fputs("usage: generate SIZE [--padding] | --many COUNT FOLDER\n", stderr);
        return 2;
    }
    if (!done)
        perror("generate");
    return done ? 0 : 1;
}
