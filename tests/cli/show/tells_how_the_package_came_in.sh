run init >/dev/null
transcript a.ps1 'first line\nsecond line\n' 'oh no' >a.json
run ingest -q --note 'first time' a.json
run ingest -q --note 'second time' --operator ann a.json
run show 1 >out
contains out '  note: first time'
contains out '  note: second time'
contains out '  operator: ann'
contains out 'first line'
contains out 'lrarchive cat --error 1'
run show 1 --json >out
jq -e '.result_id == 1 and .script_name == "a.ps1" and .tenant_id == null
  and ([.acquisitions[].note] == ["first time", "second time"]) and .acquisitions[1].event == "duplicate"' out >/dev/null || fail "$(cat out)"
equal 1 "$(wc -l <out)"
