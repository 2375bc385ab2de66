/*
 * open - from -a, $LRARCHIVE_DIR or the default place to an open archive.
 */
#ifndef CMD_OPEN_H
#define CMD_OPEN_H

#include "cmd/options.h"
#include "cmd/output.h"
#include "ingest/archive.h"

/* The archive, with its notices going to `output` (borrowed until archive_close). `operator_name`
 * NULL: $LRARCHIVE_OPERATOR, else user@host. */
int open_archive(struct archive *archive, const struct options *options, struct output *output,
                 const char *operator_name, struct error *err);

/* The same for a verb that takes packages in: the default place is made, and said, when there is none. */
int open_archive_to_write(struct archive *archive, const struct options *options,
                          struct output *output, const char *operator_name, struct error *err);

/* The archive and its history.db, to read; the caller closes both, the reader first. After -1
 * neither is open. */
int open_reader(struct archive *archive, struct store **reader, const struct options *options,
                struct output *output, struct error *err);

/* Says on stderr, as open_reader does, that history.db is behind the ledger, when it is. */
void open_tell_lag(const struct archive *archive, struct store *reader, struct output *output);

#endif
