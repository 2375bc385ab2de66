#include "fetch/token_claims.h"

#include "base/base64url.h"
#include "base/json_slice.h"

#include <stdlib.h>
#include <string.h>

/* The payload of a JWT, decoded: what lies between its two dots. */
static bool decode_payload(const char *token, struct buffer *payload)
{
    const char *begin = strchr(token, '.');
    const char *end = begin ? strchr(begin + 1, '.') : NULL;
    buffer_init(payload, TOKEN_BYTES);
    return end && base64url_decode(payload, begin + 1, (size_t)(end - begin - 1)) &&
           payload->length > 0;
}

static int64_t read_expiry(struct text payload)
{
    struct text number;
    int64_t seconds;
    if (json_slice_member(payload, "exp", &number, NULL) || !number.bytes ||
        text_parse_int64(number.bytes, number.length, &seconds) || seconds < 0)
        return 0;
    return seconds;
}

static void add_word(char *out, size_t size, const char *word, size_t length)
{
    size_t used = strlen(out), gap = used > 0;
    if (length == 0 || length >= size - used - gap)
        return;
    if (gap)
        out[used] = ' ';
    memcpy(out + used + gap, word, length);
    out[used + gap + length] = '\0';
}

/* An element of an array is no member of an object, which json_slice_text wants. */
static void add_element(char *out, size_t size, struct text element)
{
    char word[256];
    struct buffer wrapped;
    buffer_init(&wrapped, TOKEN_BYTES + 16);
    text_printf(&wrapped, "{\"v\":");
    buffer_append(&wrapped, element.bytes, element.length);
    text_printf(&wrapped, "}");
    if (json_slice_text((struct text){wrapped.bytes, wrapped.length}, "v", word, sizeof word) &&
        strpbrk(word, " \t\r\n") == NULL)
        add_word(out, size, word, strlen(word));
    buffer_release(&wrapped);
}

static void read_roles(struct text payload, char *out, size_t size)
{
    struct text array, *elements;
    size_t count;
    if (json_slice_member(payload, "roles", &array, NULL) || !array.bytes ||
        json_slice_elements(array, &elements, &count, NULL))
        return;
    for (size_t i = 0; i < count; i++)
        add_element(out, size, elements[i]);
    free(elements);
}

static void read_scopes(struct text payload, char *out, size_t size)
{
    char all[TOKEN_BYTES];
    json_slice_text(payload, "scp", all, sizeof all);
    for (const char *word = all; *word;) {
        size_t length = strcspn(word, " ");
        add_word(out, size, word, length);
        word += length;
        word += strspn(word, " ");
    }
}

bool token_read_claims(const char *token, struct token_claims *claims)
{
    struct buffer bytes;
    struct text any;
    *claims = (struct token_claims){0};
    bool is_read = decode_payload(token, &bytes);
    struct text payload = {bytes.bytes, bytes.length};
    is_read = is_read && json_slice_member(payload, "exp", &any, NULL) == 0;
    if (is_read) {
        claims->expires_seconds = read_expiry(payload);
        json_slice_text(payload, "tid", claims->tenant_id, sizeof claims->tenant_id);
        if (!json_slice_text(payload, "appid", claims->application_id,
                             sizeof claims->application_id))
            json_slice_text(payload, "azp", claims->application_id, sizeof claims->application_id);
        read_roles(payload, claims->roles, sizeof claims->roles);
        read_scopes(payload, claims->scopes, sizeof claims->scopes);
    }
    buffer_release(&bytes);
    return is_read;
}

int64_t token_expiry(const char *token)
{
    struct buffer bytes;
    int64_t seconds = 0;
    if (decode_payload(token, &bytes))
        seconds = read_expiry((struct text){bytes.bytes, bytes.length});
    buffer_release(&bytes);
    return seconds;
}
