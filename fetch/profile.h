/*
 * profile - what a person has put on record for a tenant, so that it need not be given each time: a section of the file
 * $XDG_CONFIG_HOME/lrarchive/config.
 *
 *     # a comment is a line of its own, with # or ; first
 *     [default]
 *     tenant = contoso.onmicrosoft.com
 *     client-secret-file = secret       (beside this file)
 *     token-command = "az account get-access-token"
 *
 * White space around a key or a value is dropped, then a pair of double quotes around the value; nothing in a value is
 * special. LF or CRLF, a BOM is fine. The whole file is checked, whichever section is asked for: an unknown key, one that
 * comes twice, an empty value, a section that comes twice, or a line that is none of these is an error with its line
 * number. No message holds a value: it might be a secret that was put in the wrong place.
 *
 * The file may name a command to run, so only its owner may be able to write it: the person who runs this, or root.
 */
#ifndef FETCH_PROFILE_H
#define FETCH_PROFILE_H

#include "base/error.h"

#define PROFILE_FILE_BYTES (64 * 1024)
#define PROFILE_VALUE_BYTES 4096
#define PROFILE_NAME_BYTES 64
#define PROFILE_SECTIONS 100

/* A field for each key, `client-id` in client_id. Owned; NULL: not in the section. */
struct profile {
    const char *tenant, *client_id;
    const char *client_secret_file, *client_certificate, *token_file; /* names of files */
    const char *token_command;
    const char *device_code; /* "yes" or "no" */
    const char *cloud;       /* one that cloud_find knows */
    const char *api_url, *login_url, *scope, *blob_hosts;
    const char *proxy;
    const char *ca_file, *archive; /* names of a file and of a folder */
    const char *operator;
    const char *max_calls_per_hour; /* a whole number from 1 to PACE_HOUR_CALLS */
};

/* $XDG_CONFIG_HOME/lrarchive/config, else ~/.config/lrarchive/config. NULL: there is no home. The caller frees. */
char *profile_path(void);

/* Reads section `name` of the file; NULL: [default] if there is one, else the profile stays empty, as it does without a
 * file. A relative name of a file is taken from the folder of `path`, a leading "~/" from $HOME. `path` may be NULL: no file. -1:
 * ERROR_USAGE for what is wrong in the file or with its mode, and for a name that is not there; ERROR_IO when it cannot
 * be read. *profile is then empty. */
int profile_load(struct profile *profile, const char *path, const char *name, struct error *err);

/* Frees what it owns; it is then empty. */
void profile_free(struct profile *profile);

#endif
