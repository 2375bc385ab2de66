/* Every seed and former finding of the fuzz targets, in the usual tests. ROOT: the project folder, default the working one. */
#define LLVMFuzzerTestOneInput fuzz_export_check
#include "tests/fuzz/fuzz_export_check.c"
#undef LLVMFuzzerTestOneInput

#include "tests/fuzz/replay.h"

static void the_export_check_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("export_check", fuzz_export_check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_export_check_corpus_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
