/* Every seed and former finding of the fuzz targets, in the usual tests. ROOT: the project folder,
 * default the working one. */
#define LLVMFuzzerTestOneInput fuzz_container
#include "tests/fuzz/fuzz_container.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_encoding
#include "tests/fuzz/fuzz_encoding.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_indicators
#include "tests/fuzz/fuzz_indicators.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_ledger
#include "tests/fuzz/fuzz_ledger.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_match
#include "tests/fuzz/fuzz_match.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_package
#include "tests/fuzz/fuzz_package.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_powershell
#include "tests/fuzz/fuzz_powershell.c"
#undef LLVMFuzzerTestOneInput

#include "tests/fuzz/replay.h"

static void the_container_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("container", fuzz_container);
}

static void the_encoding_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("encoding", fuzz_encoding);
}

static void the_indicators_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("indicators", fuzz_indicators);
}

static void the_ledger_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("ledger", fuzz_ledger);
}

static void the_match_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("match", fuzz_match);
}

static void the_package_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("package", fuzz_package);
}

static void the_powershell_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("powershell", fuzz_powershell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_container_corpus_keeps_its_promises),
        cmocka_unit_test(the_encoding_corpus_keeps_its_promises),
        cmocka_unit_test(the_indicators_corpus_keeps_its_promises),
        cmocka_unit_test(the_ledger_corpus_keeps_its_promises),
        cmocka_unit_test(the_match_corpus_keeps_its_promises),
        cmocka_unit_test(the_package_corpus_keeps_its_promises),
        cmocka_unit_test(the_powershell_corpus_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
