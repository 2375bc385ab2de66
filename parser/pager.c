#include "parser/pager.h"

#include "parser/package.h"

#include <ctype.h>
#include <string.h>

void pager_init(struct pager *pager, int (*page)(void *context, int64_t page_no, struct text text),
                void *context)
{
    *pager = (struct pager){.page = page, .context = context};
    buffer_init(&pager->text, PACKAGE_PAGE_BYTES);
}

void pager_release(struct pager *pager)
{
    buffer_release(&pager->text);
}

void pager_reset(struct pager *pager)
{
    buffer_clear(&pager->text);
    pager->page_no = 0;
    pager->bytes = 0;
}

static int give_out(struct pager *pager, size_t length)
{
    pager->bytes += (int64_t)length;
    return pager->page(pager->context, ++pager->page_no, (struct text){pager->text.bytes, length});
}

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

size_t pager_character_break(const char *bytes, size_t length, size_t most)
{
    while (most > 0 && most < length && continues_character(bytes[most]))
        most--;
    return most;
}

/* What FTS5's unicode61 takes for no part of a word, as far as it is ASCII. */
static bool ends_word(char byte)
{
    return (unsigned char)byte < 0x80 && !isalnum((unsigned char)byte);
}

/* Where the full page ends when `next` is the byte behind it. */
static size_t find_break(const struct buffer *text, char next)
{
    size_t half = text->length / 2;
    const char *last = memrchr(text->bytes + half, '\n', text->length - half);
    if (last)
        return (size_t)(last + 1 - text->bytes);
    for (size_t i = text->length; i > half; i--)
        if (text->bytes[i - 1] == ' ' || text->bytes[i - 1] == '\t')
            return i;
    for (size_t i = text->length; i > half; i--)
        if (ends_word(text->bytes[i - 1]))
            return i;
    if (!continues_character(next))
        return text->length;
    return pager_character_break(text->bytes, text->length, text->length - 1);
}

int pager_put(struct pager *pager, const char *bytes, size_t length)
{
    struct buffer *text = &pager->text;
    for (;;) {
        size_t taken = buffer_append_some(text, bytes, length);
        if (taken == length)
            return 0;
        bytes += taken;
        length -= taken;
        size_t end = find_break(text, bytes[0]);
        if (give_out(pager, end))
            return -1;
        memmove(text->bytes, text->bytes + end, text->length - end);
        text->length -= end;
    }
}

int pager_end(struct pager *pager)
{
    if (pager->text.length == 0)
        return 0;
    int status = give_out(pager, pager->text.length);
    buffer_clear(&pager->text);
    return status;
}
