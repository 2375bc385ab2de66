/*
 * migrate - brings a database to this version's schema: the numbered .sql files of this folder, in
 * order, each with its user_version in one transaction. Released files are never edited.
 */
#ifndef SCHEMA_MIGRATE_H
#define SCHEMA_MIGRATE_H

#include "base/error.h"
#include "schema/statement.h"

/* user_version of a database that is up to date. */
int migrate_latest_version(void);

/* Reads user_version, and refuses what is not ours to touch: ERROR_ARCHIVE for a newer version or
 * another program's database. */
int migrate_read_version(struct store *store, int *version, struct error *err);

/* Runs what is missing. No transaction may be open. */
int migrate_run(struct store *store, struct error *err);

#endif
