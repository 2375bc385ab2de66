#include "evidence/checkpoint.h"

#include "base/interrupt.h"
#include "base/text.h"
#include "evidence/ledger.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SIGNATURE_MARK "\xe2\x80\x94 " /* an em dash and a blank */
#define ALGORITHM 0x01                 /* signed-note: Ed25519 */
#define ID_SIZE 4

/* ---- the ledger ---- */

int checkpoint_of_ledger(struct checkpoint *checkpoint, const char *ledger_folder, int64_t size,
                         struct error *err)
{
    struct ledger_place start;
    struct ledger_line line;
    struct merkle tree = {0};
    *checkpoint = (struct checkpoint){0};
    ledger_place_start(&start);
    struct ledger_reader *reader = ledger_reader_open(ledger_folder, &start, err);
    int more = reader ? 1 : -1;
    while (more == 1 && tree.size != size) {
        more = interrupt_check(err) ? -1 : ledger_reader_next(reader, &line, err);
        if (more != 1)
            break;
        if (tree.size == 0)
            snprintf(checkpoint->origin, sizeof checkpoint->origin, "lrarchive/%s",
                     line.place.sha256);
        merkle_add(&tree, line.line.bytes, line.line.length);
    }
    ledger_reader_close(reader);
    if (more < 0)
        return -1;
    if (tree.size == 0)
        return error_set(err, ERROR_NOT_FOUND, "the ledger has no line yet");
    if (size >= 0 && tree.size < size)
        return error_set(err, ERROR_DAMAGED, "the ledger has %lld lines, and had %lld",
                         (long long)tree.size, (long long)size);
    checkpoint->size = tree.size;
    merkle_root(&tree, checkpoint->root);
    return 0;
}

/* ---- keys ---- */

bool checkpoint_is_name(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length >= CHECKPOINT_NAME_SIZE || !text_is_utf8(name, length))
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == '+' || name[i] == 0x7f)
            return false;
    return true;
}

/* signed-note: the first bytes of the hash of name, LF, algorithm and key. */
static void make_id(const char *name, const unsigned char public_key[SIGN_PUBLIC_SIZE],
                    unsigned char id[ID_SIZE])
{
    static const unsigned char algorithm = ALGORITHM;
    unsigned char bytes[SHA256_SIZE];
    struct sha256 *hash = sha256_new();
    sha256_update(hash, name, strlen(name));
    sha256_update(hash, "\n", 1);
    sha256_update(hash, &algorithm, 1);
    sha256_update(hash, public_key, SIGN_PUBLIC_SIZE);
    sha256_finish_bytes(hash, bytes);
    sha256_free(hash);
    memcpy(id, bytes, ID_SIZE);
}

void checkpoint_rewrite_verifier(const struct checkpoint_verifier *verifier, struct buffer *out)
{
    const unsigned char *id = verifier->id;
    unsigned char bytes[1 + SIGN_PUBLIC_SIZE] = {ALGORITHM};
    memcpy(bytes + 1, verifier->public_key, SIGN_PUBLIC_SIZE);
    text_printf(out, "%s+%02x%02x%02x%02x+", verifier->name, id[0], id[1], id[2], id[3]);
    sign_encode(out, bytes, sizeof bytes);
}

void checkpoint_write_verifier(const struct sign_key *key, const char *name, struct buffer *out)
{
    struct checkpoint_verifier verifier;
    snprintf(verifier.name, sizeof verifier.name, "%s", name);
    sign_key_public(key, verifier.public_key);
    make_id(name, verifier.public_key, verifier.id);
    checkpoint_rewrite_verifier(&verifier, out);
}

int checkpoint_read_verifier(struct checkpoint_verifier *verifier, const char *text,
                             struct error *err)
{
    unsigned char bytes[1 + SIGN_PUBLIC_SIZE];
    char id[2 * ID_SIZE + 1];
    *verifier = (struct checkpoint_verifier){0};
    text += strspn(text, " \t\r\n");
    const char *first = strchr(text, '+');
    const char *second = first ? strchr(first + 1, '+') : NULL;
    if (second && (size_t)(first - text) < sizeof verifier->name &&
        second - first - 1 == 2 * ID_SIZE) {
        size_t length = strcspn(second + 1, " \t\r\n");
        memcpy(verifier->name, text, (size_t)(first - text));
        if (checkpoint_is_name(verifier->name) &&
            sign_decode(second + 1, length, bytes, sizeof bytes) == (long)sizeof bytes &&
            bytes[0] == ALGORITHM) {
            memcpy(verifier->public_key, bytes + 1, SIGN_PUBLIC_SIZE);
            make_id(verifier->name, verifier->public_key, verifier->id);
            snprintf(id, sizeof id, "%02x%02x%02x%02x", verifier->id[0], verifier->id[1],
                     verifier->id[2], verifier->id[3]);
            if (strncasecmp(first + 1, id, 2 * ID_SIZE) == 0)
                return 0;
        }
    }
    return error_set(err, ERROR_INVALID,
                     "is no verifier key (NAME+ID+KEY): `lrarchive key new` writes one beside each "
                     "key");
}

/* ---- the text ---- */

void checkpoint_sign(const struct checkpoint *checkpoint, const struct sign_key *key,
                     const char *name, struct buffer *out)
{
    unsigned char public_key[SIGN_PUBLIC_SIZE], bytes[ID_SIZE + SIGN_SIGNATURE_SIZE];
    size_t begin = out->length;
    text_printf(out, "%s\n%lld\n", checkpoint->origin, (long long)checkpoint->size);
    sign_encode(out, checkpoint->root, sizeof checkpoint->root);
    text_printf(out, "\n");
    sign_key_public(key, public_key);
    make_id(name, public_key, bytes);
    sign_bytes(key, out->bytes + begin, out->length - begin, bytes + ID_SIZE);
    text_printf(out, "\n%s%s ", SIGNATURE_MARK, name);
    sign_encode(out, bytes, sizeof bytes);
    text_printf(out, "\n");
}

/* The next line of *rest, without its LF: true, or false when there is no whole one. */
static bool next_line(struct text *rest, struct text *line)
{
    const char *end = rest->length > 0 ? memchr(rest->bytes, '\n', rest->length) : NULL;
    if (!end)
        return false;
    *line = (struct text){rest->bytes, (size_t)(end - rest->bytes)};
    rest->length -= line->length + 1;
    rest->bytes = end + 1;
    return true;
}

/* The three first lines; others may follow them. */
static bool parse_head(struct checkpoint *checkpoint, struct text text)
{
    struct text origin, size, root;
    if (!next_line(&text, &origin) || !next_line(&text, &size) || !next_line(&text, &root) ||
        origin.length == 0 || origin.length >= sizeof checkpoint->origin)
        return false;
    memcpy(checkpoint->origin, origin.bytes, origin.length);
    checkpoint->origin[origin.length] = '\0';
    return text_parse_int64(size.bytes, size.length, &checkpoint->size) == 0 &&
           checkpoint->size >= 0 &&
           sign_decode(root.bytes, root.length, checkpoint->root, SHA256_SIZE) == SHA256_SIZE;
}

/* "— NAME base64" of this key, over `signed_text`. */
static bool is_signature(struct text line, const struct checkpoint_verifier *verifier,
                         struct text signed_text)
{
    unsigned char bytes[ID_SIZE + SIGN_SIGNATURE_SIZE];
    size_t mark = strlen(SIGNATURE_MARK), name = strlen(verifier->name);
    return line.length > mark + name + 1 && memcmp(line.bytes, SIGNATURE_MARK, mark) == 0 &&
           memcmp(line.bytes + mark, verifier->name, name) == 0 && line.bytes[mark + name] == ' ' &&
           sign_decode(line.bytes + mark + name + 1, line.length - mark - name - 1, bytes,
                       sizeof bytes) == (long)sizeof bytes &&
           memcmp(bytes, verifier->id, ID_SIZE) == 0 &&
           sign_is_valid(verifier->public_key, signed_text.bytes, signed_text.length,
                         bytes + ID_SIZE);
}

int checkpoint_read(struct checkpoint *checkpoint, struct text text,
                    const struct checkpoint_verifier *verifier, struct error *err)
{
    /* The last empty line ends what is signed. */
    const char *end = NULL;
    for (size_t i = 0; i + 1 < text.length; i++)
        if (text.bytes[i] == '\n' && text.bytes[i + 1] == '\n')
            end = text.bytes + i + 1;
    *checkpoint = (struct checkpoint){0};
    if (!end || !text_is_utf8(text.bytes, text.length))
        return error_set(err, ERROR_INVALID, "is no signed checkpoint");
    struct text signed_text = {text.bytes, (size_t)(end - text.bytes)}, line;
    struct text rest = {end + 1, text.length - signed_text.length - 1};
    if (!parse_head(checkpoint, signed_text))
        return error_set(err, ERROR_INVALID, "is no checkpoint: origin, size and root are missing");
    while (next_line(&rest, &line))
        if (is_signature(line, verifier, signed_text))
            return 0;
    return error_set(err, ERROR_DAMAGED,
                     "has no good signature of %s: it was changed, or another key signed it",
                     verifier->name);
}
