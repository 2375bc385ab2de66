/*
 * inflates - that a raw deflate stream is whole and holds these bytes, as zlib sees it.
 */
#ifndef TESTS_UNIT_INFLATES_H
#define TESTS_UNIT_INFLATES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"

#include <stdlib.h>
#include <zlib.h>

static inline void assert_inflates(const struct buffer *packed, const char *raw, size_t length)
{
    z_stream inflater = {0};
    char *out = malloc(length + 1);
    assert_int_equal(inflateInit2(&inflater, -15), Z_OK);
    inflater.next_in = (unsigned char *)packed->bytes;
    inflater.avail_in = (unsigned)packed->length;
    inflater.next_out = (unsigned char *)out;
    inflater.avail_out = (unsigned)length + 1;
    assert_int_equal(inflate(&inflater, Z_FINISH), Z_STREAM_END);
    assert_int_equal(inflater.avail_in, 0);
    assert_int_equal(inflater.total_out, length);
    assert_memory_equal(out, raw, length);
    inflateEnd(&inflater);
    free(out);
}

#endif
