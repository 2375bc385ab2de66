/* Any bytes as the proof of a leaf: it is taken only where the leaf and the hashes beside its way make the root. */
#include "evidence/merkle.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define HEAD_BYTES 18

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A tree of up to 40 leaves, whose proof is made by the definition of RFC 6962, 2.1.1, with its root in `out`. */
static void subtree(int begin, int end, int leaf, struct merkle_proof *proof,
                    unsigned char out[SHA256_SIZE])
{
    unsigned char left[SHA256_SIZE], right[SHA256_SIZE];
    unsigned char byte = (unsigned char)begin;
    int half = 1;
    if (end - begin == 1) {
        merkle_leaf(&byte, 1, out);
        return;
    }
    while (half * 2 < end - begin)
        half *= 2;
    subtree(begin, begin + half, leaf, proof, left);
    subtree(begin + half, end, leaf, proof, right);
    if (leaf >= begin && leaf < end)
        memcpy(proof->hashes[proof->count++], leaf < begin + half ? right : left, SHA256_SIZE);
    merkle_node(left, right, out);
}

/* A true proof is taken, and not when anything about it is another. */
static void check_changed(const uint8_t *data)
{
    struct merkle_proof proof = {0};
    unsigned char leaf[SHA256_SIZE], root[SHA256_SIZE];
    int leaves = 1 + data[0] % 40, index = data[1] % leaves;
    unsigned char byte = (unsigned char)index;
    subtree(0, leaves, index, &proof, root);
    merkle_leaf(&byte, 1, leaf);
    proof.index = index;
    FUZZ_CHECK(merkle_is_included(&proof, leaves, leaf, root));
    int at = data[2] % (proof.count + 2);
    unsigned char *changed = at == 0 ? leaf : at == 1 ? root : proof.hashes[at - 2];
    changed[data[3] % SHA256_SIZE] ^= (unsigned char)(1 << data[4] % 8);
    FUZZ_CHECK(!merkle_is_included(&proof, leaves, leaf, root));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct merkle_proof proof = {0};
    unsigned char leaf[SHA256_SIZE] = {0}, root[SHA256_SIZE] = {0};
    int64_t leaves;
    if (size < HEAD_BYTES)
        return 0;
    check_changed(data);
    memcpy(&proof.index, data, 8);
    memcpy(&leaves, data + 8, 8);
    proof.count = data[16] % (MERKLE_LEVELS + 1);
    data += HEAD_BYTES;
    size -= HEAD_BYTES;
    memcpy(leaf, data, size < SHA256_SIZE ? size : SHA256_SIZE);
    for (int i = 0; i < proof.count && (size_t)(i + 1) * SHA256_SIZE <= size; i++)
        memcpy(proof.hashes[i], data + (size_t)i * SHA256_SIZE, SHA256_SIZE);
    bool is_taken = merkle_is_included(&proof, leaves, leaf, root);
    FUZZ_CHECK(!is_taken || (leaves == 1 && memcmp(leaf, root, SHA256_SIZE) == 0));
    FUZZ_CHECK(merkle_is_included(&(struct merkle_proof){0}, 1, leaf, leaf));
    return 0;
}
