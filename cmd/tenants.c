#include "cmd/tenants.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/text.h"
#include "schema/store.h"

#include <stdlib.h>
#include <string.h>

#define FILE_BYTES (64 * 1024)
#define TENANT_SIZE 64

/* The tenants on record, a line each; of an archive without the file, the one that its packages tell. */
static int read_tenants(const char *path, struct store *reader, struct buffer *tenants,
                        struct error *err)
{
    char tenant_id[TENANT_SIZE];
    if (file_exists(path))
        return file_read(path, tenants, err);
    int found = store_some_tenant(reader, tenant_id, err);
    if (found == 1)
        text_printf(tenants, "%s\n", tenant_id);
    return found < 0 ? -1 : 0;
}

static bool has_line(struct buffer *tenants, const char *tenant_id)
{
    char line[TENANT_SIZE];
    for (const char *at = buffer_text(tenants); *at;) {
        size_t length = strcspn(at, "\n");
        if (length < sizeof line) {
            memcpy(line, at, length);
            line[length] = '\0';
            if (text_equal_fold(line, tenant_id))
                return true;
        }
        at += length + (at[length] == '\n');
    }
    return false;
}

static int admit(const char *path, struct store *reader, const char *tenant_id, bool is_mixed,
                 bool is_dry, struct buffer *tenants, struct error *err)
{
    if (read_tenants(path, reader, tenants, err))
        return -1;
    if (has_line(tenants, tenant_id) && file_exists(path))
        return 0;
    if (tenants->length > 0 && !is_mixed && !has_line(tenants, tenant_id))
        return error_set(err, ERROR_USAGE,
                         "this archive holds the results of tenant %.*s: fetch those of %s into "
                         "another one (-a), or say --mixed",
                         (int)strcspn(buffer_text(tenants), "\n"), buffer_text(tenants), tenant_id);
    if (!has_line(tenants, tenant_id))
        text_printf(tenants, "%s\n", tenant_id);
    return is_dry ? 0 : file_replace(path, tenants->bytes, tenants->length, err);
}

int tenants_admit(const char *archive_folder, struct store *reader, const char *tenant_id,
                  bool is_mixed, bool is_dry, struct error *err)
{
    struct buffer tenants;
    if (!tenant_id[0])
        return 0;
    char *path = file_join(archive_folder, "state/tenants");
    buffer_init(&tenants, FILE_BYTES);
    int result = admit(path, reader, tenant_id, is_mixed, is_dry, &tenants, err);
    buffer_release(&tenants);
    free(path);
    return result;
}
