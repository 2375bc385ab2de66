#include "export/subject.h"

#include <stdio.h>

#define MEMBER_STEP 1000000000000LL /* content_id: ledger number + this * member_index */

void subject_package_path(const struct exhibit *exhibit, char path[SUBJECT_PATH_SIZE])
{
    snprintf(path, SUBJECT_PATH_SIZE, "data/packages/%s", exhibit->package_sha256);
}

/* The first transcript has the exhibit's name alone; further ones in a ZIP their place in it. */
void subject_text_path(const struct exhibit *exhibit, int64_t content_id, const char *stream,
                       char path[SUBJECT_PATH_SIZE])
{
    int64_t member = content_id / MEMBER_STEP;
    if (member == 0)
        snprintf(path, SUBJECT_PATH_SIZE, "data/text/%s-%s.txt", exhibit->name, stream);
    else
        snprintf(path, SUBJECT_PATH_SIZE, "data/text/%s-%lld-%s.txt", exhibit->name,
                 (long long)member + 1, stream);
}
