run init >/dev/null
transcript a.ps1 'secret-word evil.example' | run ingest -q --machine ws-1 --case c1 -
printf 'indicator,name\nevil.example,the one\n' >hunt.csv
export LRARCHIVE_OPERATOR=ann
run_exit 0 search secret-word --machine 'WS-*' --record 'IR-7: first look'
contains err 'recorded in ledger line 2'
run_exit 1 search --patterns hunt.csv --machine nobody --record 'IR-7: nobody' --json
equal 3 "$(tail -n 1 out | jq .summary.recorded_number)"
run_exit 0 search --regex 'sec.et' --in-case c1 --exit-code 0 --record 'IR-7: third' -q
equal 'searched searched searched' "$(ledger 'select(.number > 1).event' | paste -sd' ')"
equal "phrase $(printf secret-word | sha256sum | cut -c -64) 1 1 1 ann" "$(ledger 'select(.number == 2) | "\(.mode) \(.text_sha256) \(.searched_to_number) \(.searched_results) \(.hits) \(.operator)"')"
equal "patterns $(sha256sum <hunt.csv | cut -c -64) 1 0 0" "$(ledger 'select(.number == 3) | "\(.mode) \(.list_sha256) \(.indicators) \(.searched_results) \(.hits)"')"
# Names and words are in the receipt only.
if grep -E 'secret-word|IR-7|hunt.csv|evil|WS-|nobody|"c1"' archive/ledger/*.jsonl; then fail "the ledger has words"; fi
mkdir receipts
tar -xzf archive/evidence/results-000001.tar.gz -C receipts 2>/dev/null || true
equal 'IR-7: first look|secret-word|WS-*' "$(jq -r '"\(.reason)|\(.text)|\(.filter_machine)"' "$(find receipts -name 2.json)")"
equal 'IR-7: nobody|hunt.csv|true' "$(jq -r '"\(.reason)|\(.list)|\(.word)"' "$(find receipts -name 3.json)")"
equal 'IR-7: third|sec.et|c1|0' "$(jq -r '"\(.reason)|\(.text)|\(.filter_in_case)|\(.filter_exit_code)"' "$(find receipts -name 4.json)")"
run verify >out
contains out 'no damage'
run log >out
equal 3 "$(grep -c searched out)"
sqlite3 archive/history.db 'SELECT * FROM ledger' >before
run rebuild >/dev/null
sqlite3 archive/history.db 'SELECT * FROM ledger' >after
cmp before after
run ingest -q - <<<'{"script_name":"b.ps1","exit_code":0,"script_output":"later"}'
equal 5 "$(ledger .number | tail -n 1)"
# What cannot be recorded is an error, and what was found is told all the same.
run_exit 2 search '...' --record x
equal 5 "$(ledger .number | tail -n 1)"
