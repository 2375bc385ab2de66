# An exhibit that history.db does not know yet is not in the export: that is said. A changed ledger line is named with its place.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
cp -a archive before
transcript late.ps1 'late' >late.json
run ingest -q --case IR-7 late.json
cp -a archive/evidence archive/ledger before/
rm -rf archive
mv before archive
run_exit 0 export IR-7 -o case.zip --key key
contains err "history.db lacks the ledger's last lines"
run ingest -q other.json
run_exit 0 export IR-7 -o whole.zip --key key
equal "" "$(cat err)"
sed -i '/"event":"case_created"/s/"host":"/&x/' archive/ledger/000001.jsonl
run_exit 4 export IR-7 -o changed.zip --key key
contains err 'ledger/000001.jsonl: byte '
[ ! -e changed.zip ] || fail "a file was made"
