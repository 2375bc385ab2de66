run init >/dev/null
for i in 1 2; do transcript "$i.ps1" "$i" | run ingest -q -; done
sed -i 2d archive/ledger/000001.jsonl
run_exit 4 rebuild
contains err "ledger"
equal 2 "$(sql 'SELECT count(*) FROM results')"
