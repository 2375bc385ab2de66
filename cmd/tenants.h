/*
 * tenants - an archive holds the results of one tenant, unless somebody says that it may hold others, too.
 *
 * Which ones stands in state/tenants, a line each, beginning with the first that was fetched from.
 */
#ifndef CMD_TENANTS_H
#define CMD_TENANTS_H

#include "base/error.h"

#include <stdbool.h>

struct store;

/* Notes (unless `is_dry`) that the tenant's results come in ("": nobody knows the tenant). ERROR_USAGE when the archive is another's and
 * not `is_mixed`. */
int tenants_admit(const char *archive_folder, struct store *reader, const char *tenant_id,
                  bool is_mixed, bool is_dry, struct error *err);

#endif
