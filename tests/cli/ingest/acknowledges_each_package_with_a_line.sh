run init >/dev/null
transcript triage.ps1 'one\ntwo\n' '' 7 >a.json
hash=$(sha256sum <a.json | cut -c-64)
run ingest a.json >out
equal "ingested	$hash	transcript	result 1	triage.ps1	exit 7	ok	a.json" "$(cat out)"
equal "" "$(transcript b.ps1 x | run ingest -q -)"
