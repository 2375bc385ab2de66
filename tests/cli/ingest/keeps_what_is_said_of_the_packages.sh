run init >/dev/null
transcript a.ps1 text >a.json
run ingest -q --action act-1 --index 2 --machine-id 0123abcd --machine ws-7.corp.example --tenant corp --operator 'J. Ünal' \
  --note 'from the
second disk' --observed 2026-03-04T10:00:00+01:00 --case case-1 a.json
equal 'J. Ünal|act-1|2|0123abcd|ws-7.corp.example|corp|2026-03-04T09:00:00.0000000Z|case-1|from the
second disk' "$(sql 'SELECT operator, action_id, command_index, machine_id, machine_name, tenant_id, given_observed_at, case_name, note FROM acquisitions')"
equal '2026-03-04T09:00:00.0000000Z|given' "$(sql 'SELECT observed_at, observed_at_source FROM results')"
equal case-1-0001 "$(sql 'SELECT exhibit FROM case_items')"
grep -E 'ws-7|second disk|a\.json|a\.ps1' archive/ledger/*.jsonl && fail "the ledger holds names"
equal 'J. Ünal' "$(ledger .operator)"
LRARCHIVE_OPERATOR=somebody run ingest -q a.json
equal somebody "$(ledger .operator | tail -n 1)"
