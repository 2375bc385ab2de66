run init >/dev/null
transcript a.ps1 text >a.json
run ingest -q --operator ann a.json
run ingest -q --operator bob a.json
run log --json | cmp - archive/ledger/000001.jsonl
hash=$(sha256sum <a.json | cut -c-12)
run log | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/' >out
printf 'NUMBER\tTIME\tEVENT\tOPERATOR\tABOUT\n1\tTIME\tingested\tann\t%s\n2\tTIME\tduplicate\tbob\t%s\n' "$hash" "$hash" | diff - out || fail "another log"
sed -i '2s/bob/ann/' archive/ledger/000001.jsonl
run log >/dev/null
sed -i '1s/ann/bob/' archive/ledger/000001.jsonl
run_exit 1 log
contains err "000001.jsonl: byte"
