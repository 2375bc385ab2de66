#include "export/check.h"

#include "export/check_files.h"

#include <stdlib.h>

int check_export(const struct check_options *options, check_call *finding, void *context,
                 struct check_summary *summary, struct error *err)
{
    struct check check = {
        .options = options, .finding = finding, .context = context, .summary = summary};
    struct error why = {0};
    *summary = (struct check_summary){0};
    check.zip = zip_reader_open(options->path, options->password, &why);
    int result = 0;
    if (!check.zip)
        result = check_tell_error(&check, options->path, &why, err);
    else if (check_bag(&check, &why))
        result = check_tell_error(&check, options->path, &why, err);
    else
        result = check_proofs(&check, err);
    zip_reader_close(check.zip);
    free(check.is_listed);
    free(check.is_told);
    free(check.packages);
    return result;
}
