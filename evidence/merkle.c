#include "evidence/merkle.h"

#include <string.h>

void merkle_leaf(const void *bytes, size_t length, unsigned char out[SHA256_SIZE])
{
    static const unsigned char prefix = 0x00;
    struct sha256 *hash = sha256_new();
    sha256_update(hash, &prefix, 1);
    sha256_update(hash, bytes, length);
    sha256_finish_bytes(hash, out);
    sha256_free(hash);
}

void merkle_node(const unsigned char left[SHA256_SIZE], const unsigned char right[SHA256_SIZE],
                 unsigned char out[SHA256_SIZE])
{
    static const unsigned char prefix = 0x01;
    struct sha256 *hash = sha256_new();
    sha256_update(hash, &prefix, 1);
    sha256_update(hash, left, SHA256_SIZE);
    sha256_update(hash, right, SHA256_SIZE);
    sha256_finish_bytes(hash, out);
    sha256_free(hash);
}

void merkle_add(struct merkle *tree, const void *bytes, size_t length)
{
    merkle_leaf(bytes, length, tree->complete[tree->count++]);
    tree->size++;
    /* Two whole subtrees of one size are a whole subtree of the next. */
    for (int64_t size = tree->size; size % 2 == 0; size /= 2) {
        tree->count--;
        merkle_node(tree->complete[tree->count - 1], tree->complete[tree->count],
                    tree->complete[tree->count - 1]);
    }
}

void merkle_root(const struct merkle *tree, unsigned char root[SHA256_SIZE])
{
    if (tree->count == 0) {
        struct sha256 *hash = sha256_new();
        sha256_finish_bytes(hash, root);
        sha256_free(hash);
        return;
    }
    memcpy(root, tree->complete[tree->count - 1], SHA256_SIZE);
    for (int i = tree->count - 2; i >= 0; i--)
        merkle_node(tree->complete[i], root, root);
}

/* RFC 9162, 2.1.3.2. */
bool merkle_is_included(const struct merkle_proof *proof, int64_t size,
                        const unsigned char leaf[SHA256_SIZE],
                        const unsigned char root[SHA256_SIZE])
{
    unsigned char hash[SHA256_SIZE];
    if (proof->index < 0 || proof->index >= size)
        return false;
    int64_t node = proof->index, last = size - 1;
    memcpy(hash, leaf, SHA256_SIZE);
    for (int i = 0; i < proof->count; i++) {
        if (last == 0)
            return false;
        if (node % 2 == 1 || node == last) {
            merkle_node(proof->hashes[i], hash, hash);
            while (node % 2 == 0 && node != 0) {
                node /= 2;
                last /= 2;
            }
        } else {
            merkle_node(hash, proof->hashes[i], hash);
        }
        node /= 2;
        last /= 2;
    }
    return last == 0 && memcmp(hash, root, SHA256_SIZE) == 0;
}
