# On the sample results, whose values the queries hold: the same rows from stock sqlite3, and what somebody
# who tries them first will find.
mkdir sql
"$ROOT/tests/cli/queries/blocks" "$ROOT/docs/queries.md" sql
run init >/dev/null
run_exit 3 ingest "$ROOT/tests/data/demo"
for file in sql/*.sql; do
  name=$(basename "$file" .sql)
  run query --json - <"$file" | jq -c . >"$name.jsonl"
  sqlite3 -readonly -json "$LRARCHIVE_DIR/history.db" <"$file" >stock.json
  diff <(jq -c '.[]' stock.json) "$name.jsonl" || fail "$name: sqlite3 gives other rows"
done
of() {
  equal "$2" "$(jq -r "$3" "$1".jsonl | paste -sd' ')"
}
of when-and-where-was-this-first-seen '1 4 8' .result_id
of which-machines-show-this-account-or-address-and-in-what-order 'ws-017.corp.example' .machine_name
of on-which-machines-is-this-indicator-week-by-week 'srv-web-02.corp.example ws-017.corp.example' .machine
of what-ran-on-this-machine-in-order '1 2 4 5' .result_id
of which-scripts-fail-and-how 'list-autoruns.ps1 5' '"\(.script_name) \(.codes)"'
of what-is-not-whole-and-why '5 input_cut' '"\(.result_id) \(.code)"'
of which-files-were-fetched-and-where-are-their-bytes 'C:\Users\Public\Libraries\svchost.exe' .path
of which-machines-have-not-been-heard-from 'ws-017.corp.example nb-204.corp.example' .machine_name
of who-has-had-this-package-and-which-ledger-lines-say-so '1' .number
of which-commands-took-longest '303.7' 'select(.seconds > 300) | .seconds'
