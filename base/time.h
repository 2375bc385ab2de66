/*
 * time - one text form for every instant: UTC, ISO 8601, seven fractional digits and Z
 * ("2023-03-18T21:04:01.9200000Z"; the service counts in units of 100 ns). The fixed width makes
 * the order of the texts the order of the instants.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define TIME_TEXT_SIZE 29 /* with the NUL */

/* The clock's present instant. */
void time_now(char text[TIME_TEXT_SIZE]);

/* Seconds since 1970 and nanoseconds within the second as text; a year past 9999 becomes 9999. */
void time_from_unix(int64_t seconds, int32_t nanoseconds, char text[TIME_TEXT_SIZE]);

/* Whole seconds since 1970 of such a text: 0, or -1 when it is none. */
int time_to_unix(const char *text, int64_t *seconds);

/* RFC 3339 date-time (offset or Z; 'T', 't' or a space; 0 to 9 fractional digits, cut at 7) as
 * text; without an offset it is taken as UTC, as the service means it. 0, or -1 when it is none. */
int time_parse(const char *input, size_t length, char text[TIME_TEXT_SIZE]);

/* What a person may type: RFC 3339 (with its offset or Z), a date (UTC, its first instant), or a span back from now: 90s,
 * 15m, 36h, 7d, 2w. 0 or -1. */
int time_parse_argument(const char *input, char text[TIME_TEXT_SIZE]);

/* A span such as 90s, 15m, 36h, 7d, 2w in seconds: 0 or -1. */
int time_parse_span(const char *input, int64_t *span_seconds);

#endif
