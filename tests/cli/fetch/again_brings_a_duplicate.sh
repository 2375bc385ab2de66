# --again asks for what is here already: the same bytes are one more acquisition of the same package, other bytes a new result.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1
result 1 0 'first'
run init >/dev/null
fetch "$(guid 1)"
fetch "$(guid 1)" --again
contains out "duplicate"
contains err "1 fetched, 0 archived before"
equal 2 "$(sql 'SELECT count(*) FROM acquisitions WHERE action_id IS NOT NULL')"
equal 1 "$(sql 'SELECT count(*) FROM results')"
result 1 0 'second'
fetch "$(guid 1)" --again --json
equal "ingested $(guid 1)/0" "$(jq -r '"\(.status) \(.path)"' out)"
equal "first second" "$(sql 'SELECT script_output FROM results ORDER BY result_id' | xargs)"
equal "" "$(ls archive/spool)"
