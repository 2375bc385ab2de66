/* Any bytes as a PowerShell output: every field lies inside them, times have their form. */
#include "parser/powershell.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_field(struct text field, struct text head)
{
    if (!field.bytes)
        return;
    FUZZ_CHECK(field.length > 0);
    FUZZ_CHECK(field.bytes >= head.bytes);
    FUZZ_CHECK(field.bytes + field.length <= head.bytes + head.length);
}

static void check_local_time(const char time[20])
{
    FUZZ_CHECK(strlen(time) == 0 || (strlen(time) == 19 && time[10] == 'T'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    size_t head_length = size < POWERSHELL_HEAD_BYTES ? size : POWERSHELL_HEAD_BYTES;
    size_t tail_length = size < POWERSHELL_TAIL_BYTES ? size : POWERSHELL_TAIL_BYTES;
    struct text head = {bytes, head_length};
    struct text tail = {bytes ? bytes + size - tail_length : NULL, tail_length};
    struct powershell_fields fields;
    powershell_read(head, tail, &fields);
    check_field(fields.transcript_path, head);
    check_field(fields.transcript_id, head);
    check_field(fields.user, head);
    check_field(fields.runas_user, head);
    check_field(fields.machine, head);
    check_field(fields.host_application, head);
    check_field(fields.version, head);
    check_local_time(fields.started_at);
    check_local_time(fields.ended_at);
    return 0;
}
