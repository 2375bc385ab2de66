# Each step is an event in the ledger, its words are in the receipt alone, and rebuild brings all of it back.
export LRARCHIVE_OPERATOR=ann@corp.example
run init >/dev/null
for n in 1 2 3; do transcript "s$n.ps1" "output $n\n" >"$n.json"; done
run ingest -q --machine ws-1 1.json 2.json 3.json
run_exit 0 case create IR-7 --title 'Domain admin made' --reference INC-4711 --note 'by phone'
equal "added	IR-7-0001	$(sha256sum <1.json | cut -d' ' -f1)
added	IR-7-0002	$(sha256sum <2.json | cut -d' ' -f1)" "$(LRARCHIVE_OPERATOR=bob@corp.example run case add IR-7 1 2 --reason 'new account')"
run_exit 0 case note IR-7 'the owner was asked'
run case remove IR-7 IR-7-0002 --reason 'another machine' >/dev/null
equal "IR-7|Domain admin made|INC-4711|open|ann@corp.example|1" \
  "$(sql 'SELECT case_name, title, reference, status, operator, item_count FROM cases')"
equal "IR-7-0001|transcript|bob@corp.example|new account" "$(sql 'SELECT exhibit, kind, operator, reason FROM case_items')"
equal "4|case_created|ann@corp.example||by phone
5|case_added|bob@corp.example|IR-7-0001|new account
6|case_added|bob@corp.example|IR-7-0002|new account
7|case_noted|ann@corp.example||the owner was asked
8|case_removed|ann@corp.example|IR-7-0002|another machine" "$(sql 'SELECT number, event, operator, exhibit, words FROM case_events')"
for words in IR-7 INC-4711 account 'another machine' phone; do
  ! grep -qF "$words" "$LRARCHIVE_DIR"/ledger/*.jsonl || fail "'$words' is in the ledger"
done
equal "new account" "$(tar xzOf "$LRARCHIVE_DIR"/evidence/results-000001.tar.gz receipts/5.json | jq -r .reason)"
equal "$(sha256sum <1.json | cut -d' ' -f1)" "$(ledger 'select(.number == 5).item_sha256')"
dump() {
  sql 'SELECT * FROM cases; SELECT * FROM case_items; SELECT * FROM case_events'
}
dump >before
run rebuild -q
dump | diff before -
run verify >/dev/null
