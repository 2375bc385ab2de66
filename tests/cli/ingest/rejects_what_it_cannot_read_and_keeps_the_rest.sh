run init >/dev/null
transcript a.ps1 one >a.json
transcript b.ps1 two >b.json
ln -s nowhere dangling
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
run_exit 5 ingest a.json missing dangling socket b.json
equal 'ingested ingested rejected rejected rejected' "$(cut -f 1 out | sort | paste -sd' ')"
contains err "lrarchive: missing: not kept: cannot open: No such file or directory"
contains err "lrarchive: socket: not kept"
equal 2 "$(sql 'SELECT count(*) FROM packages')"
run_exit 5 --json ingest missing
jq -e '.status == "rejected" and .path == "missing" and (.message | length > 0)' out >/dev/null
jq -e '.code == "rejected" and .path == "missing"' err >/dev/null
