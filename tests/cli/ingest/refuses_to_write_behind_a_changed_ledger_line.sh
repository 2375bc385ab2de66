# Nothing is chained to a line that was changed, wherever in the newest ledger file it is.
run init >/dev/null
for name in a b c d; do transcript "$name.ps1" "$name" | run ingest -q -; done
cp archive/ledger/000001.jsonl whole
for change in '1s/^{/[/' '2s/"operator":"./"operator":"x/' '3s/size_bytes/size-bytes/'; do
  sed "$change" whole >archive/ledger/000001.jsonl
  transcript e.ps1 e >e.json
  run_exit 4 ingest e.json
  contains err "000001.jsonl"
  run_exit 1 verify
done
cat whole >archive/ledger/000001.jsonl
run ingest -q e.json
