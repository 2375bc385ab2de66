/*
 * json_yajl - what the files of base/ that use yajl share.
 */
#ifndef BASE_JSON_YAJL_H
#define BASE_JSON_YAJL_H

#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

/* yajl does not look at a NULL from its allocator: this one never gives NULL. */
extern yajl_alloc_funcs json_yajl_allocator;

#endif
