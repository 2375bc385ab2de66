#include "cmd/checkpoint_file.h"

#include "base/file.h"

int checkpoint_file_read_key(const char *key_path, struct checkpoint_verifier *verifier,
                             struct error *err)
{
    struct buffer text;
    buffer_init(&text, CHECKPOINT_BYTES);
    int result = file_read(key_path, &text, err) ||
                         checkpoint_read_verifier(verifier, buffer_text(&text), err)
                     ? error_at_path(err, key_path)
                     : 0;
    buffer_release(&text);
    return result;
}

int checkpoint_file_read(const char *path, const char *key_path, struct checkpoint *checkpoint,
                         struct checkpoint_verifier *verifier, struct buffer *text,
                         struct error *err)
{
    buffer_init(text, CHECKPOINT_BYTES);
    if (checkpoint_file_read_key(key_path, verifier, err))
        return -1;
    if (file_read(path, text, err) ||
        checkpoint_read(checkpoint, (struct text){buffer_text(text), text->length}, verifier, err))
        return error_at_path(err, path);
    return 0;
}
