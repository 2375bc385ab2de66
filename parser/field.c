#include "parser/field.h"

#include "parser/package.h"
#include "parser/pager.h"

static int put(void *context, const char *bytes, size_t length)
{
    struct field *field = context;
    if (field->cut || field->overflow)
        return 0;
    size_t room = PACKAGE_FIELD_BYTES - (field->out->length - field->start);
    if (length > room) {
        length = pager_character_break(bytes, length, room);
        field->cut = true;
    }
    field->overflow = buffer_append(field->out, bytes, length) != 0;
    return 0;
}

void field_begin(struct field *field, struct buffer *out, bool keep_line_ends)
{
    *field = (struct field){.out = out, .start = out->length};
    normalise_init(&field->normalise, put, field, keep_line_ends);
}

void field_part(struct field *field, const char *bytes, size_t length)
{
    (void)normalise_part(&field->normalise, bytes, length);
}

void field_nuls(struct field *field, int64_t count)
{
    normalise_nuls(&field->normalise, count);
}

void field_end(struct field *field)
{
    (void)normalise_end(&field->normalise);
}
