/*
 * member_zlib - what member.c and member_join.c share: the header that every member has, and zlib's memory.
 */
#ifndef EVIDENCE_MEMBER_ZLIB_H
#define EVIDENCE_MEMBER_ZLIB_H

#include <zlib.h>

/* RFC 1952 2.3: deflate, no flags, no time, fastest, OS unknown. */
#define MEMBER_HEADER_BYTES 10
extern const unsigned char member_header[MEMBER_HEADER_BYTES];

/* Gives the stream our allocator, which never fails: before its Init2. */
void member_zlib_prepare(z_stream *stream);

#endif
