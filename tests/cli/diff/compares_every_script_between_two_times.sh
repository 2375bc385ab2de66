run init >/dev/null
put() { transcript "$2" "$4" | run ingest -q --machine "$1" --observed "$3" -; }
put ws-1.corp.example a.ps1 2026-03-01 'same 1\n'
put ws-1.corp.example a.ps1 2026-03-05 'same 2\n'
put ws-1.corp.example b.ps1 2026-03-01 'x\ny\n'
put ws-1.corp.example b.ps1 2026-03-02 'x\ny\nz\n'
put ws-1.corp.example b.ps1 2026-03-04 'x\nq\nr\n'
put ws-1.corp.example b.ps1 2026-03-06 'x\nq\nr\ns\n'
put ws-2.corp.example b.ps1 2026-03-05 'new\n'
put ws-3.corp.example c.ps1 2026-03-01 'once\n'
put ws-4.corp.example d.ps1 2026-03-04 'first\n'
put ws-4.corp.example d.ps1 2026-03-05 'first\nlast\n'
put ws-5.corp.example e.ps1 2026-03-09 'later\n'
put other f.ps1 2026-03-05 'not asked for\n'
transcript nameless.ps1 x | run ingest -q --observed 2026-03-04 -
run_exit 1 diff --mask '\d' --machine 'ws-*' --between 2026-03-03 2026-03-05
printf 'HOW\tMACHINE\tSCRIPT\tFROM\tOBSERVED\tTO\tOBSERVED
same\tws-1.corp.example\ta.ps1\t1\t2026-03-01T00:00:00Z\t2\t2026-03-05T00:00:00Z
changed +2 -2\tws-1.corp.example\tb.ps1\t4\t2026-03-02T00:00:00Z\t5\t2026-03-04T00:00:00Z
new\tws-2.corp.example\tb.ps1\t\t\t7\t2026-03-05T00:00:00Z
only once\tws-3.corp.example\tc.ps1\t8\t2026-03-01T00:00:00Z\t\t
changed +1 -0\tws-4.corp.example\td.ps1\t9\t2026-03-04T00:00:00Z\t10\t2026-03-05T00:00:00Z\n' >want
diff want out
run diff --mask '\d' --script a.ps1 --between 2026-03-03 2026-03-05 | grep -q '^same'
run_exit 0 diff --script c.ps1 --between 2026-03-03 2026-03-05
run_exit 0 diff --ignore 'x|y|z|q|r|s' --machine ws-1 --script b.ps1 --between 2026-03-03 2026-03-05
run_exit 1 diff --set --json --machine ws-1 --between 2026-03-03 2026-03-05
equal '{"status":"changed","machine_name":"ws-1.corp.example","script_name":"a.ps1","stream":"output","from_result_id":1,"to_result_id":2,"from_observed_at":"2026-03-01T00:00:00.0000000Z","to_observed_at":"2026-03-05T00:00:00.0000000Z","from_parse_status":"ok","to_parse_status":"ok","removed":1,"added":1}' "$(head -n 1 out)"
run_exit 1 diff --json --machine ws-2 --between 2026-03-03 2026-03-05
equal '["new",7,7,null,null]' "$(jq -c '[.status, .from_result_id, .to_result_id, .removed, .added]' out)"
run_exit 1 diff -q --machine ws-2 --between 2026-03-03 2026-03-05
[ ! -s out ] && [ ! -s err ] || fail "$(cat out err)"
run_exit 1 diff --machine nobody --between 2026-03-03 2026-03-05
contains err 'no result fits'
