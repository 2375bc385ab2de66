run -a "$PWD/other" init >/dev/null
transcript a.ps1 text | run --json -a"$PWD/other" ingest - --machine=ws-1 -q | jq -e '.machine_name == "ws-1"' >/dev/null
run list -q --json -a "$PWD/other" | jq -e '.script_name == "a.ps1"' >/dev/null
[ ! -e archive ] || fail "-a was not heeded"
transcript b.ps1 text >-odd-name
run -a other ingest -q -- -odd-name
