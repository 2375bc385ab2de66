run init >/dev/null
transcript triage.ps1 'one\n' 'wrong\n' 7 >a.json
printf 'MZ\0\1\2' >sample.exe
run ingest --json a.json sample.exe >out
jq -es --arg h "$(sha256sum <a.json | cut -c-64)" '.[0] | .status == "ingested" and .path == "a.json" and .package_sha256 == $h
  and .kind == "transcript" and .result_id == 1 and .script_name == "triage.ps1" and .exit_code == 7
  and .parse_status == "ok" and .ledger_number == 1' out >/dev/null || fail "$(cat out)"
jq -es '.[1] | .kind == "file" and .result_id == null and has("result_id") and .size_bytes == 5' out >/dev/null || fail "$(cat out)"
equal "$(jq -s '.[0].size_bytes' out)" "$(sql 'SELECT size_bytes FROM packages WHERE kind = "transcript"')"
