#include "parser/powershell.h"

#include <string.h>

#define MARKER "PSScript_Transcript_"
#define SEPARATOR "**********************" /* 22 */
#define STAMP_DIGITS 14                    /* yyyyMMddHHmmss */

#define LITERAL_LENGTH(literal) (sizeof(literal) - 1)

/* ---- text ---- */

static struct text slice(const char *from, const char *to)
{
    return (struct text){from, (size_t)(to - from)};
}

static const char *end_of(struct text text)
{
    return text.bytes + text.length;
}

static bool begins_with(struct text text, const char *prefix)
{
    size_t length = strlen(prefix);
    return text.length >= length && memcmp(text.bytes, prefix, length) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static const char *find(struct text text, const char *wanted)
{
    return text.length ? memmem(text.bytes, text.length, wanted, strlen(wanted)) : NULL;
}

/* Length of the blank that text begins with: space, TAB, no-break or ideographic space; 0 none. */
static size_t blank_at_start(struct text text)
{
    if (begins_with(text, " ") || begins_with(text, "\t"))
        return 1;
    return begins_with(text, "\xC2\xA0") ? 2 : begins_with(text, "\xE3\x80\x80") ? 3 : 0;
}

static struct text trim(struct text text)
{
    size_t blank;
    while ((blank = blank_at_start(text)) > 0)
        text = slice(text.bytes + blank, end_of(text));
    while (text.length > 0) {
        char last = text.bytes[text.length - 1];
        size_t tail = last == ' ' || last == '\t' ? 1 : 0;
        for (size_t i = 2; tail == 0 && i <= 3 && i <= text.length; i++)
            if (blank_at_start(slice(end_of(text) - i, end_of(text))) == i)
                tail = i;
        if (tail == 0)
            break;
        text.length -= tail;
    }
    return text;
}

/* The next line of *rest without its LF; false at the end. */
static bool next_line(struct text *rest, struct text *line)
{
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->bytes, '\n', rest->length);
    *line = slice(rest->bytes, end ? end : end_of(*rest));
    *rest = slice(end ? end + 1 : end_of(*rest), end_of(*rest));
    return true;
}

static bool is_separator(struct text line)
{
    return line.length == LITERAL_LENGTH(SEPARATOR) && begins_with(line, SEPARATOR);
}

/* What stands behind the first colon, plain or full width, trimmed; absent when there is none. */
static struct text value_of(struct text line)
{
    for (const char *at = line.bytes; at < end_of(line); at++) {
        if (*at == ':')
            return trim(slice(at + 1, end_of(line)));
        if (begins_with(slice(at, end_of(line)), "\xEF\xBC\x9A"))
            return trim(slice(at + 3, end_of(line)));
    }
    return (struct text){0};
}

/* Nothing written is as absent. */
static struct text present(struct text value)
{
    return value.length > 0 ? value : (struct text){0};
}

/* ---- the line that names the transcript file ---- */

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '"' || c == '\'';
}

static const char *end_of_word(struct text text)
{
    const char *at = text.bytes;
    while (at < end_of(text) && !ends_word(*at))
        at++;
    return at;
}

/* Where the path begins that leads to the end of `before`: at its last drive, else at its last
 * double backslash, else at its last word. */
static const char *start_of_path(struct text before)
{
    const char *start = NULL;
    for (size_t i = before.length; i-- > 0 && !start;)
        if (before.length - i > 2 && is_letter(before.bytes[i]) &&
            memcmp(before.bytes + i + 1, ":\\", 2) == 0)
            start = before.bytes + i;
    for (size_t i = before.length; i-- > 0 && !start;)
        if (before.length - i > 1 && memcmp(before.bytes + i, "\\\\", 2) == 0)
            start = before.bytes + i;
    for (size_t i = before.length; i-- > 0 && !start;)
        if (ends_word(before.bytes[i]))
            start = before.bytes + i + 1;
    return start ? start : before.bytes;
}

/* `rest` begins behind the marker and ends with the line. */
static void read_id_and_end(struct text rest, struct powershell_fields *fields, const char **end)
{
    bool braced = begins_with(rest, "{");
    if (braced)
        rest = slice(rest.bytes + 1, end_of(rest));
    const char *extension = find(rest, ".txt");
    const char *brace = braced ? memchr(rest.bytes, '}', rest.length) : NULL;
    if (brace && !(extension && extension < brace)) {
        fields->transcript_id = slice(rest.bytes, brace);
        rest = slice(brace + 1, end_of(rest));
        *end = end_of_word(rest);
        extension = find(slice(rest.bytes, *end), ".txt");
    } else {
        *end = end_of_word(rest);
        extension = find(slice(rest.bytes, *end), ".txt");
        fields->transcript_id = slice(rest.bytes, extension ? extension : *end);
    }
    fields->transcript_id = present(fields->transcript_id);
    if (extension)
        *end = extension + LITERAL_LENGTH(".txt");
}

static void read_path_line(struct text head, struct powershell_fields *fields)
{
    const char *marker = find(head, MARKER);
    if (!marker)
        return;
    const char *start = memrchr(head.bytes, '\n', (size_t)(marker - head.bytes));
    struct text before = slice(start ? start + 1 : head.bytes, marker);
    const char *line_end = memchr(marker, '\n', (size_t)(end_of(head) - marker));
    const char *end;
    read_id_and_end(slice(marker + LITERAL_LENGTH(MARKER), line_end ? line_end : end_of(head)),
                    fields, &end);
    fields->transcript_path = slice(start_of_path(before), end);
}

/* ---- times ---- */

static int number(const char *digits, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

/* The 14 digits that the line ends in, or NULL. */
static const char *stamp_of(struct text line)
{
    line = trim(line);
    if (line.length < STAMP_DIGITS)
        return NULL;
    const char *stamp = end_of(line) - STAMP_DIGITS;
    for (int i = 0; i < STAMP_DIGITS; i++)
        if (!is_digit(stamp[i]))
            return NULL;
    return stamp > line.bytes && is_digit(stamp[-1]) ? NULL : stamp;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Leaves `time` empty when the digits name no instant. */
static void put_time(const char *stamp, char time[20])
{
    int year = number(stamp, 4), month = number(stamp + 4, 2), day = number(stamp + 6, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) ||
        number(stamp + 8, 2) > 23 || number(stamp + 10, 2) > 59 || number(stamp + 12, 2) > 59)
        return;
    static const char form[] = "yyyy-MM-ddTHH:mm:ss";
    size_t next = 0;
    for (size_t i = 0; i < LITERAL_LENGTH(form); i++)
        time[i] = strchr("-T:", form[i]) ? form[i] : stamp[next++];
    time[LITERAL_LENGTH(form)] = '\0';
}

/* ---- the header block ---- */

/* `… HOST (OS)`: true and the host. The Italian line has no colon: then it is the last word. */
static bool read_machine(struct text line, struct text *host)
{
    line = trim(line);
    const char *system = find(line, " (");
    if (!system || line.bytes[line.length - 1] != ')')
        return false;
    struct text before = slice(line.bytes, system);
    *host = value_of(before);
    if (!host->bytes) {
        before = trim(before);
        const char *blank = memrchr(before.bytes, ' ', before.length);
        *host = slice(blank ? blank + 1 : before.bytes, end_of(before));
    }
    *host = present(*host);
    return true;
}

static bool read_process_id(struct text line, struct text rest, bool strict, int64_t *process_id)
{
    struct text value = value_of(line), next;
    if (value.length == 0 || !is_digit(value.bytes[0]) ||
        text_parse_int64(value.bytes, value.length, process_id))
        return false;
    return !strict || !next_line(&rest, &next) || begins_with(next, "PS");
}

/* Host application, process id and version: `rest` begins with the host application's line and ends
 * with the block. A command of several lines may hold a line that looks like the process id, so one
 * that the PS… keys follow is looked for first. */
static void read_process(struct text rest, struct powershell_fields *fields)
{
    struct text first;
    if (!next_line(&rest, &first))
        return;
    struct text behind = rest, line = first, value = value_of(first);
    if (!value.bytes)
        value = first;
    for (int strict = 1; strict >= 0 && !fields->has_process_id; strict--) {
        rest = behind;
        while (!fields->has_process_id && next_line(&rest, &line))
            fields->has_process_id = read_process_id(line, rest, strict != 0, &fields->process_id);
    }
    if (!fields->has_process_id) {
        fields->host_application = present(value);
        return;
    }
    fields->host_application = present(trim(slice(value.bytes, line.bytes - 1)));
    while (next_line(&rest, &line))
        if (begins_with(line, "PSVersion:"))
            fields->version = present(value_of(line));
}

/* The lines behind the start time. Machine stands fourth when there is a configuration name, third
 * without, second where there was no RunAs line yet. */
static void read_identity(struct text rest, struct powershell_fields *fields)
{
    struct text lines[4], after[4];
    int count = 0;
    while (count < 4 && next_line(&rest, &lines[count]))
        after[count++] = rest;
    if (count == 0)
        return;
    static const int places[] = {2, 3, 1};
    int machine = -1;
    for (size_t i = 0; i < sizeof places / sizeof *places && machine < 0; i++)
        if (places[i] < count && read_machine(lines[places[i]], &fields->machine))
            machine = places[i];
    fields->user = present(value_of(lines[0]));
    if (count > 1 && machine != 1)
        fields->runas_user = present(value_of(lines[1]));
    if (machine >= 0)
        read_process(after[machine], fields);
}

/* The lines of a block up to its closing separator, or to the end of what is there. */
static struct text block_at(struct text rest)
{
    const char *from = rest.bytes;
    struct text line;
    while (next_line(&rest, &line))
        if (is_separator(line))
            return slice(from, line.bytes);
    return slice(from, end_of(rest));
}

static void read_header_block(struct text head, struct powershell_fields *fields)
{
    struct text rest = head, line;
    while (next_line(&rest, &line)) {
        struct text inside = rest, prologue, start, next;
        if (!is_separator(line) || !next_line(&inside, &prologue) || !next_line(&inside, &start) ||
            is_separator(prologue) || !stamp_of(start))
            continue;
        /* The end block has nothing behind its time. */
        struct text behind = inside;
        if (!next_line(&behind, &next) || is_separator(next))
            continue;
        put_time(stamp_of(start), fields->started_at);
        read_identity(block_at(inside), fields);
        return;
    }
}

static void read_end_block(struct text tail, struct powershell_fields *fields)
{
    struct text line[4] = {{0}};
    struct text rest = tail, next;
    /* A tail that long begins inside a line. */
    if (tail.length >= POWERSHELL_TAIL_BYTES)
        next_line(&rest, &next);
    while (next_line(&rest, &next)) {
        memmove(line, line + 1, 3 * sizeof *line);
        line[3] = next;
        const char *stamp = line[0].bytes ? stamp_of(line[2]) : NULL;
        if (stamp && is_separator(line[0]) && is_separator(line[3])) {
            fields->ended_at[0] = '\0';
            put_time(stamp, fields->ended_at);
        }
    }
}

void powershell_read(struct text head, struct text tail, struct powershell_fields *fields)
{
    *fields = (struct powershell_fields){0};
    if (head.bytes) {
        read_path_line(head, fields);
        read_header_block(head, fields);
    }
    if (tail.bytes)
        read_end_block(tail, fields);
}
