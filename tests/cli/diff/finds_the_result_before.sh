run init >/dev/null
# action ID TIME ARGS [NAME]: script s.ps1 on machine m1
action() {
  jq -cn --arg id "$1" --arg t "$2" --arg a "$3" --arg n "${4:-ws-1.corp.example}" '{id: $id, type: "LiveResponse", status: "Succeeded", machineId: "m1", computerDnsName: $n,
    commands: [{index: 0, startTime: $t, endTime: $t, commandStatus: "Completed", command: {type: "RunScript", params: [{key: "ScriptName", value: "s.ps1"}, {key: "Args", value: $a}]}}]}' | run ingest -q -
}
take() { transcript s.ps1 "$2" | run ingest -q --action "$1" --index 0 -; }
action a1 2026-03-01T00:00:00Z full
action a2 2026-03-02T00:00:00Z quick
action a3 2026-03-03T00:00:00Z full
action a4 2026-03-04T00:00:00Z full renamed.corp.example
take a3 'three\n'
take a1 'one\n'
take a2 'two\n'
take a4 'four\n'
id() { sql "SELECT result_id FROM results WHERE action_id = '$1' AND is_latest = 1"; }
run_exit 1 diff --previous a3/0
sed -n 1,2p out >titles
contains titles "--- result $(id a1)  "
contains titles "+++ result $(id a3)  "
equal '-one
+three' "$(sed 1,3d out)"
# A machine is told by its id.
run_exit 1 diff --previous a4/0
contains out "--- result $(id a3)  "
run_exit 1 diff --previous a1/0
[ ! -s out ] || fail "$(cat out)"
contains err 'no earlier result of s.ps1 with the same parameters on'
# Another copy of the same command is not the result before it.
transcript s.ps1 'three, cut' | head -c 45 >cut.json
run_exit 3 ingest --action a3 --index 0 cut.json
run_exit 1 diff --previous a3/0
contains out "--- result $(id a1)  "
# Without actions: the same script, in any case, on the same machine.
transcript t.ps1 'old\n' | run ingest -q --machine Host --observed 2026-01-01 -
transcript T.ps1 'new\n' | run ingest -q --machine host --observed 2026-01-02 -
transcript t.ps1 'else\n' | run ingest -q --machine other --observed 2026-01-03 -
transcript t.ps1 'no machine\n' | run ingest -q --observed 2026-01-03 -
last=$(sql 'SELECT max(result_id) FROM results')
run_exit 1 diff --previous $((last - 2))
equal '-old
+new' "$(sed 1,3d out)"
run_exit 1 diff --previous $((last - 1))
contains err 'no earlier result'
run_exit 1 diff --previous "$last"
contains err 'names no machine'
run_exit 1 diff --json --previous a1/0
equal not_found "$(jq -r .code err)"
