# One bad byte costs one package, not the archive; a good copy of it can be stored again.
run init >/dev/null
for name in a b c d; do transcript "$name.ps1" "text of $name" >"$name.json"; done
run ingest -q a.json b.json c.json d.json
segment=archive/evidence/results-000001.tar.gz
read -r offset stored < <(sql "SELECT offset, stored_bytes FROM packages WHERE first_number = 2" | tr '|' ' ')
printf XY | dd of="$segment" bs=1 seek=$((offset + stored / 2)) conv=notrunc status=none
rm archive/history.db*

run_exit 1 rebuild
contains out "4 ledger lines, 4 packages, 1 not read"
contains err "ledger line 2"
equal "a.ps1 c.ps1 d.ps1" "$(sql 'SELECT script_name FROM results ORDER BY result_id' | xargs)"
contains <(sql "SELECT unparsed FROM packages WHERE first_number = 2") "its evidence is damaged"

# A lost index does not stop an ingest either.
rm archive/history.db*
transcript e.ps1 "text of e" >e.json
run_exit 0 ingest e.json
contains err "ledger line 2 is damaged"
equal "a.ps1 c.ps1 d.ps1 e.ps1" "$(sql 'SELECT script_name FROM results ORDER BY result_id' | xargs)"

run_exit 0 --json ingest b.json
contains err "stored anew"
equal ingested "$(jq -r .status out)"
run cat --raw "$(jq -r .package_sha256 out)" >raw
cmp raw b.json || fail "the copy is not the package"
equal "b.ps1" "$(sql "SELECT script_name FROM results WHERE script_output = 'text of b'")"
run_exit 1 verify
contains out "ledger line 2"
