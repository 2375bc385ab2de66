/*
 * checkpoint_file - a signed checkpoint and the verifier key that it is to be checked with, from their files.
 */
#ifndef CMD_CHECKPOINT_FILE_H
#define CMD_CHECKPOINT_FILE_H

#include "evidence/checkpoint.h"

/* Reads both and checks the signature: -1 with the file that is at fault. `text`, initialised here and released by the caller in
 * any case, is the checkpoint as it lies there. */
int checkpoint_file_read(const char *path, const char *key_path, struct checkpoint *checkpoint,
                         struct checkpoint_verifier *verifier, struct buffer *text,
                         struct error *err);

/* A verifier key alone. */
int checkpoint_file_read_key(const char *key_path, struct checkpoint_verifier *verifier,
                             struct error *err);

#endif
