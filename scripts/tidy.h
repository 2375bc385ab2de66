/*
 * tidy - included by `scripts/lint` before every file that clang-tidy reads. The analyzer sees one
 * file at a time and cannot know that error_set always returns -1; without this it follows paths
 * that do not exist.
 */
#ifndef SCRIPTS_TIDY_H
#define SCRIPTS_TIDY_H

#include "base/error.h"

#define error_set(...) (error_set(__VA_ARGS__), -1)
#define error_set_errno(...) (error_set_errno(__VA_ARGS__), -1)
#define error_at_path(...) (error_at_path(__VA_ARGS__), -1)
#define error_at_offset(...) (error_at_offset(__VA_ARGS__), -1)

#endif
