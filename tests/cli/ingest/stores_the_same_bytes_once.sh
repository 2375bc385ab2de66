run init >/dev/null
transcript a.ps1 text >a.json
cp a.json b.json
run ingest --json a.json b.json | jq -r .status >out
run ingest --json --machine ws-1 a.json | jq -r '.status, .machine_name' >>out
equal 'ingested duplicate duplicate ws-1' "$(tr '\n' ' ' <out | sed 's/ $//')"
equal '1|3|1' "$(sql 'SELECT (SELECT count(*) FROM packages), (SELECT count(*) FROM acquisitions), (SELECT count(*) FROM results)')"
equal 1 "$(tar tzf archive/evidence/results-000001.tar.gz | grep -c packages/)"
equal 3 "$(tar tzf archive/evidence/results-000001.tar.gz | grep -c receipts/)"
