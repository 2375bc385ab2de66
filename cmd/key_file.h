/*
 * key_file - where signing keys lie: FILE the private key (PEM, 0600), FILE.pub the verifier key of the signed note, one
 * line, and FILE.pub.pem the public key for stock OpenSSL.
 */
#ifndef CMD_KEY_FILE_H
#define CMD_KEY_FILE_H

#include "evidence/checkpoint.h"

/* The default: $XDG_CONFIG_HOME/lrarchive/key, else ~/.config/lrarchive/key. The caller frees; NULL with ERROR_USAGE when there is no home. */
char *key_file_path(struct error *err);

/* Writes the three files, none of which may be there, in a folder that is no archive's. */
int key_file_write(const char *path, const struct sign_key *key, const char *name,
                   struct error *err);

/* Reads the private key and the name that it goes by; both files must fit. The caller frees the key. */
struct sign_key *key_file_read(const char *path, struct checkpoint_verifier *verifier,
                               struct error *err);

#endif
