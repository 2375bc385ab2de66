/* Every seed and former finding of the fuzz targets, in the usual tests. ROOT: the project folder, default the working one. */
#define LLVMFuzzerTestOneInput fuzz_member_join
#include "tests/fuzz/fuzz_member_join.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_merkle_proof
#include "tests/fuzz/fuzz_merkle_proof.c"
#undef LLVMFuzzerTestOneInput

#include "tests/fuzz/replay.h"

static void the_member_join_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("member_join", fuzz_member_join);
}

static void the_merkle_proof_corpus_keeps_its_promises(void **state)
{
    (void)state;
    replay("merkle_proof", fuzz_merkle_proof);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_member_join_corpus_keeps_its_promises),
        cmocka_unit_test(the_merkle_proof_corpus_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
