/* evidence/merkle: the tree of RFC 6962, 2.1. */
#include "evidence/merkle.h"
#include "evidence/merkle_record.h"

#include "tests/unit/scratch.h"

#include <stdio.h>

#define LEAVES 70

static void assert_hex(const char *expected, const unsigned char bytes[SHA256_SIZE])
{
    char hex[SHA256_HEX_SIZE];
    for (size_t i = 0; i < SHA256_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(hex, expected);
}

/* The known answers of certificate transparency's own tests. */
static void the_roots_are_those_that_others_compute(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *root; /* with it as the last leaf */
    } leaves[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    };
    struct merkle tree = {0};
    unsigned char root[SHA256_SIZE];
    (void)state;
    merkle_root(&tree, root);
    assert_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", root);
    for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
        merkle_add(&tree, leaves[i].bytes, leaves[i].length);
        merkle_root(&tree, root);
        assert_hex(leaves[i].root, root);
    }
}

static void hash(const unsigned char *a, size_t a_length, const unsigned char *b, size_t b_length,
                 unsigned char prefix, unsigned char out[SHA256_SIZE])
{
    struct sha256 *running = sha256_new();
    sha256_update(running, &prefix, 1);
    sha256_update(running, a, a_length);
    sha256_update(running, b, b_length);
    sha256_finish_bytes(running, out);
    sha256_free(running);
}

/* As the RFC says it: split at the largest power of two that is smaller than the count. */
static void root_of(const unsigned char *leaves, size_t count, unsigned char out[SHA256_SIZE])
{
    unsigned char left[SHA256_SIZE], right[SHA256_SIZE];
    size_t split = 1;
    if (count == 1) {
        hash(leaves, 1, NULL, 0, 0x00, out);
        return;
    }
    while (split * 2 < count)
        split *= 2;
    root_of(leaves, split, left);
    root_of(leaves + split, count - split, right);
    hash(left, SHA256_SIZE, right, SHA256_SIZE, 0x01, out);
}

static void every_size_has_the_root_that_the_definition_gives(void **state)
{
    unsigned char leaves[LEAVES], expected[SHA256_SIZE], root[SHA256_SIZE];
    struct merkle tree = {0};
    (void)state;
    for (size_t i = 0; i < LEAVES; i++) {
        leaves[i] = (unsigned char)(i * 7);
        merkle_add(&tree, &leaves[i], 1);
        assert_int_equal(tree.size, i + 1);
        merkle_root(&tree, root);
        root_of(leaves, i + 1, expected);
        assert_memory_equal(root, expected, SHA256_SIZE);
    }
}

/* Of every leaf in trees of every size: the proof leads to the root, and to no other root, from no other leaf or place. */
static void every_leaf_of_every_size_is_proved_and_nothing_else(void **state)
{
    (void)state;
    for (int size = 1; size <= LEAVES; size++) {
        struct error err = {0};
        unsigned char root[SHA256_SIZE], expected[SHA256_SIZE], leaves[LEAVES];
        struct merkle_record *record = merkle_record_new(scratch, &err);
        assert_non_null(record);
        for (int i = 0; i < size; i++) {
            leaves[i] = (unsigned char)(i * 7);
            assert_int_equal(merkle_record_add(record, &leaves[i], 1, &err), 0);
        }
        assert_int_equal(merkle_record_finish(record, &err), 0);
        assert_int_equal(merkle_record_size(record), size);
        merkle_record_root(record, root);
        root_of(leaves, (size_t)size, expected);
        assert_memory_equal(root, expected, SHA256_SIZE);
        for (int i = 0; i < size; i++) {
            struct merkle_proof proof;
            unsigned char leaf[SHA256_SIZE];
            merkle_leaf(&leaves[i], 1, leaf);
            assert_int_equal(merkle_record_prove(record, i, &proof, &err), 0);
            assert_true(merkle_is_included(&proof, size, leaf, root));
            assert_int_equal(proof.index, i);
            proof.index = (i + 1) % size;
            assert_true(size == 1 || !merkle_is_included(&proof, size, leaf, root));
            proof.index = i;
            assert_false(merkle_is_included(&proof, i, leaf, root));
            leaf[31] ^= 1;
            assert_false(merkle_is_included(&proof, size, leaf, root));
            leaf[31] ^= 1;
            proof.count--;
            assert_true(proof.count < 0 || !merkle_is_included(&proof, size, leaf, root));
            proof.count += 2;
            assert_false(merkle_is_included(&proof, size, leaf, root));
        }
        merkle_record_free(record);
    }
}

static void a_record_of_many_leaves_proves_the_first_and_the_last(void **state)
{
    struct error err = {0};
    struct merkle_proof proof;
    unsigned char root[SHA256_SIZE], leaf[SHA256_SIZE];
    int32_t last = 0;
    (void)state;
    struct merkle_record *record = merkle_record_new(scratch, &err);
    for (int32_t i = 0; i < 100001; i++)
        assert_int_equal(merkle_record_add(record, &i, sizeof i, &err), 0);
    assert_int_equal(merkle_record_finish(record, &err), 0);
    merkle_record_root(record, root);
    for (int i = 0; i < 2; i++, last = 100000) {
        merkle_leaf(&last, sizeof last, leaf);
        assert_int_equal(merkle_record_prove(record, last, &proof, &err), 0);
        assert_true(merkle_is_included(&proof, 100001, leaf, root));
    }
    merkle_record_free(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roots_are_those_that_others_compute),
        cmocka_unit_test(every_size_has_the_root_that_the_definition_gives),
        scratch_test(every_leaf_of_every_size_is_proved_and_nothing_else),
        scratch_test(a_record_of_many_leaves_proves_the_first_and_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
