run init >/dev/null
transcript a.ps1 text >a.json
sed -i '1s/format 1$/format 2/' archive/FORMAT.txt
for verb in 'ingest a.json' list log verify rebuild; do
  # shellcheck disable=SC2086
  run_exit 4 $verb
  contains err "archive/FORMAT.txt: the archive has format 2"
done
[ ! -s archive/ledger/000001.jsonl ] || fail "something was written"
