/* Every seed and former finding of the fuzz targets about what the network and the file of profiles bring, in the usual
 * tests. */
#define LLVMFuzzerTestOneInput fuzz_json_slice
#include "tests/fuzz/fuzz_json_slice.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_link
#include "tests/fuzz/fuzz_link.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_profile
#include "tests/fuzz/fuzz_profile.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_retry_after
#include "tests/fuzz/fuzz_retry_after.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_token_claims
#include "tests/fuzz/fuzz_token_claims.c"
#undef LLVMFuzzerTestOneInput

#include "tests/fuzz/replay.h"

static void the_json_slice_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("json_slice", fuzz_json_slice);
}

static void the_link_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("link", fuzz_link);
}

static void the_profile_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("profile", fuzz_profile);
}

static void the_retry_after_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("retry_after", fuzz_retry_after);
}

static void the_token_claims_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("token_claims", fuzz_token_claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_json_slice_corpus_keeps_its_promises),
        cmocka_unit_test(the_link_corpus_keeps_its_promises),
        cmocka_unit_test(the_profile_corpus_keeps_its_promises),
        cmocka_unit_test(the_retry_after_corpus_keeps_its_promises),
        cmocka_unit_test(the_token_claims_corpus_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
