/*
 * pager - cuts a text of any length into pages of at most PACKAGE_PAGE_BYTES.
 *
 * A page ends behind the last LF of its later half, else behind the last space or TAB there, else
 * at a character: behind the last ASCII one there that is neither letter nor digit, so that no word is
 * lost to full text, else at the last character boundary. So pages are about 64 KiB, and joined they
 * are exactly the text.
 */
#ifndef PARSER_PAGER_H
#define PARSER_PAGER_H

#include "base/buffer.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

struct pager {
    /* Takes a page, numbered from 1 and borrowed for the call; -1 stops. */
    int (*page)(void *context, int64_t page_no, struct text text);
    void *context;
    struct buffer text; /* the page that is being filled */
    int64_t page_no;    /* of the last page given out */
    int64_t bytes;      /* given out so far */
};

void pager_init(struct pager *pager, int (*page)(void *context, int64_t page_no, struct text text),
                void *context);
void pager_release(struct pager *pager);

/* Begins another text; keeps the memory. */
void pager_reset(struct pager *pager);

/* The next bytes of the text, whole UTF-8 characters. 0, or page's -1. */
int pager_put(struct pager *pager, const char *bytes, size_t length);

/* Gives out what is left; an empty text has no pages. 0, or page's -1. */
int pager_end(struct pager *pager);

/* The largest length up to `most` (at most `length`) that splits no character of the UTF-8
 * bytes[0..length). */
size_t pager_character_break(const char *bytes, size_t length, size_t most);

#endif
