#include "base/time.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void format(const struct tm *utc, int32_t nanoseconds, char text[TIME_TEXT_SIZE])
{
    int year = utc->tm_year + 1900;
    if (year > 9999)
        year = 9999;
    if (year < 0)
        year = 0;
    char wide[64];
    snprintf(wide, sizeof wide, "%04d-%02d-%02dT%02d:%02d:%02d.%07dZ", year, utc->tm_mon + 1,
             utc->tm_mday, utc->tm_hour, utc->tm_min, utc->tm_sec, nanoseconds / 100);
    memcpy(text, wide, TIME_TEXT_SIZE - 1);
    text[TIME_TEXT_SIZE - 1] = '\0';
}

void time_from_unix(int64_t seconds, int32_t nanoseconds, char text[TIME_TEXT_SIZE])
{
    time_t when = (time_t)seconds;
    struct tm utc;
    if (!gmtime_r(&when, &utc))
        utc = (struct tm){.tm_year = 9999 - 1900, .tm_mon = 11, .tm_mday = 31};
    format(&utc, nanoseconds, text);
}

void time_now(char text[TIME_TEXT_SIZE])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time_from_unix(now.tv_sec, (int32_t)now.tv_nsec, text);
}

/* Reads exactly `count` digits at *cursor. */
static bool digits(const char **cursor, const char *end, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*cursor)++) {
        if (*cursor >= end || **cursor < '0' || **cursor > '9')
            return false;
        *value = *value * 10 + (**cursor - '0');
    }
    return true;
}

static bool literal(const char **cursor, const char *end, char wanted)
{
    if (*cursor >= end || **cursor != wanted)
        return false;
    (*cursor)++;
    return true;
}

static bool read_date(const char **cursor, const char *end, struct tm *utc)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!digits(cursor, end, 4, &year) || !literal(cursor, end, '-') ||
        !digits(cursor, end, 2, &month) || !literal(cursor, end, '-') ||
        !digits(cursor, end, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    if (month == 2 && day == 29 && (year % 4 || (year % 100 == 0 && year % 400)))
        return false;
    utc->tm_year = year - 1900;
    utc->tm_mon = month - 1;
    utc->tm_mday = day;
    return true;
}

static bool read_clock(const char **cursor, const char *end, struct tm *utc, int32_t *nanoseconds)
{
    if (!digits(cursor, end, 2, &utc->tm_hour) || !literal(cursor, end, ':') ||
        !digits(cursor, end, 2, &utc->tm_min) || !literal(cursor, end, ':') ||
        !digits(cursor, end, 2, &utc->tm_sec))
        return false;
    if (utc->tm_hour > 23 || utc->tm_min > 59 || utc->tm_sec > 60)
        return false;
    *nanoseconds = 0;
    if (!literal(cursor, end, '.'))
        return true;
    int count = 0;
    for (int32_t unit = 100000000; *cursor < end && **cursor >= '0' && **cursor <= '9';
         (*cursor)++, count++, unit /= 10)
        *nanoseconds += (**cursor - '0') * unit;
    return count >= 1 && count <= 9;
}

/* Seconds east of UTC. */
static bool read_offset(const char **cursor, const char *end, int *offset_seconds)
{
    *offset_seconds = 0;
    if (*cursor == end)
        return true;
    char sign = *(*cursor)++;
    if (sign == 'Z' || sign == 'z')
        return *cursor == end;
    int hours, minutes;
    if ((sign != '+' && sign != '-') || !digits(cursor, end, 2, &hours) ||
        !literal(cursor, end, ':') || !digits(cursor, end, 2, &minutes))
        return false;
    *offset_seconds = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
    return hours < 24 && minutes < 60 && *cursor == end;
}

int time_parse(const char *input, size_t length, char text[TIME_TEXT_SIZE])
{
    const char *cursor = input, *end = input + length;
    struct tm utc = {0};
    int32_t nanoseconds;
    int offset_seconds;
    if (!read_date(&cursor, end, &utc) || cursor == end)
        return -1;
    char separator = *cursor++;
    if (separator != 'T' && separator != 't' && separator != ' ')
        return -1;
    if (!read_clock(&cursor, end, &utc, &nanoseconds) ||
        !read_offset(&cursor, end, &offset_seconds))
        return -1;
    time_from_unix((int64_t)timegm(&utc) - offset_seconds, nanoseconds, text);
    return 0;
}

int time_parse_span(const char *input, int64_t *span_seconds)
{
    int64_t count = 0;
    const char *cursor = input;
    for (; *cursor >= '0' && *cursor <= '9' && cursor - input < 9; cursor++)
        count = count * 10 + (*cursor - '0');
    if (cursor == input || cursor[0] == '\0' || cursor[1] != '\0')
        return -1;
    static const char units[] = "smhdw";
    static const int64_t seconds[] = {1, 60, 3600, 86400, 604800};
    const char *unit = strchr(units, *cursor);
    if (!unit)
        return -1;
    *span_seconds = count * seconds[unit - units];
    return 0;
}

static int parse_ago(const char *input, char text[TIME_TEXT_SIZE])
{
    struct timespec now;
    int64_t span_seconds;
    if (time_parse_span(input, &span_seconds))
        return -1;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t then = (int64_t)now.tv_sec - span_seconds;
    time_from_unix(then < 0 ? 0 : then, (int32_t)now.tv_nsec, text);
    return 0;
}

static bool has_offset(const char *input, size_t length)
{
    char last = input[length - 1];
    return last == 'Z' || last == 'z' ||
           (length > 6 && (input[length - 6] == '+' || input[length - 6] == '-') &&
            input[length - 3] == ':');
}

int time_to_unix(const char *text, int64_t *seconds)
{
    struct tm utc = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    if (!end || (*end != '.' && *end != 'Z'))
        return -1;
    *seconds = (int64_t)timegm(&utc);
    return 0;
}

int time_parse_argument(const char *input, char text[TIME_TEXT_SIZE])
{
    size_t length = strlen(input);
    const char *cursor = input;
    struct tm utc = {0};
    if (read_date(&cursor, input + length, &utc) && cursor == input + length) {
        time_from_unix((int64_t)timegm(&utc), 0, text);
        return 0;
    }
    /* A person must say which clock: RFC 3339 has no time without an offset. */
    if (time_parse(input, length, text) == 0)
        return has_offset(input, length) ? 0 : -1;
    return parse_ago(input, text);
}
