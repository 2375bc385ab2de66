/*
 * password_file - a password from the first line of a file: never from the command line, where others see it.
 */
#ifndef CMD_PASSWORD_FILE_H
#define CMD_PASSWORD_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* Reads it into `password`, initialised here; released by the caller in any case with password_file_release. ERROR_USAGE when the
 * line is empty or no UTF-8. A byte order mark is not part of it. */
int password_file_read(const char *path, struct buffer *password, struct error *err);

/* Overwrites it first. */
void password_file_release(struct buffer *password);

#endif
