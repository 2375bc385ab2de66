#include "cmd/case_exhibit.h"

#include <string.h>
#include <strings.h>

int case_exhibit_find(struct store *reader, const char *case_name, const char *text,
                      char package_sha256[65], struct error *err)
{
    struct text name = {case_name, strlen(case_name)};
    int64_t number;
    if (strncasecmp(text, case_name, name.length) != 0 || text[name.length] != '-' ||
        text_parse_int64(text + name.length + 1, strlen(text + name.length + 1), &number))
        return 0;
    return store_find_exhibit_package(reader, name, number, package_sha256, err);
}
