# A fetched file that looks like a machine action says nothing about actions, in either order.
guid=3f6c1e52-0a4b-4d0e-9c57-1b8e2f7a9d10
action() {
  printf '{"id":"%s","type":"LiveResponse","machineId":"%s","lastUpdateDateTimeUtc":"%s","commands":[{"index":0,"command":{"type":"%s"}}]}' \
    "$guid" "$1" "$2" "$3"
}
action liar 2030-01-01T00:00:00Z RunScript >planted
action m1 2023-01-01T00:00:00Z GetFile >genuine
run init >/dev/null
run ingest --action "$guid" --index 0 planted >/dev/null
equal "" "$(sql 'SELECT action_id FROM actions UNION SELECT machine_id FROM machines')"
run ingest genuine >/dev/null
equal "m1|GetFile" "$(sql 'SELECT machine_id, commands.type FROM actions JOIN commands USING (action_id)')"
equal "file" "$(sql "SELECT kind FROM packages WHERE first_number = 1")"
run ingest --action "$guid" --index 0 planted >/dev/null
equal "m1" "$(sql 'SELECT group_concat(machine_id) FROM machines')"

# Not even when the same bytes come in by themselves: what a GetFile brought is always a file.
run ingest planted >/dev/null
equal "m1" "$(sql 'SELECT machine_id FROM actions')"
equal "file" "$(sql "SELECT kind FROM packages WHERE first_number = 1")"

# What another command brought is believed once it comes in by itself.
action m2 2031-01-01T00:00:00Z RunScript >later
run ingest --action "$guid" --index 7 later >/dev/null
equal "m1" "$(sql 'SELECT machine_id FROM actions')"
run ingest later >/dev/null
equal "m2" "$(sql 'SELECT machine_id FROM actions')"
