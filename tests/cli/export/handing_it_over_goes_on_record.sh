# An event of the ledger with the file's hash; the words in its receipt, shown with the case, and back after a rebuild.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run case close -q IR-7 --reason 'all is done'
run_exit 0 export IR-7 -o case.zip --key key --to 'counsel@law.example' --reason 'request of 3 March'
contains err 'case IR-7 released: ledger line'
equal "$(sha256sum case.zip | cut -c 1-64) $(stat -c %s case.zip)" \
  "$(ledger 'select(.event == "released") | "\(.file_sha256) \(.file_bytes)"')"
equal "" "$(grep -h 'counsel\|request of' archive/ledger/*.jsonl || true)"
words="SELECT words FROM case_events WHERE event = 'released'"
equal 'to counsel@law.example: request of 3 March' "$(sql "$words")"
run case show IR-7 | grep -q 'released.*to counsel@law.example: request of 3 March'
run rebuild -q
equal 'to counsel@law.example: request of 3 March' "$(sql "$words")"
run verify -q
# The next export tells of the one before.
run export IR-7 -o next.zip --key key >/dev/null
contains "$(unpacked next.zip)/data/custody.jsonl" '"event":"released"'
