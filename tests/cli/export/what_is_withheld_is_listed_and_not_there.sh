# Number and hash; no byte, text, name or path of it anywhere in the export.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
transcript secret-script.ps1 'the-secret-output\n' 'the-secret-error' >secret.json
run ingest -q --machine secret-machine --note secret-note secret.json
run case add -q IR-7 "$(sha256sum secret.json | cut -c 1-16)" >/dev/null
run_exit 2 export IR-7 -o case.zip --key key --withhold IR-7-0004
contains err '--withhold needs --reason TEXT'
run_exit 2 export IR-7 -o case.zip --key key --withhold IR-7-0099 --reason privileged
contains err "is no exhibit of case IR-7"
run export IR-7 -o case.zip --key key --withhold ir-7-4 --reason privileged >/dev/null
run verify case.zip --key key.pub -q
folder=$(unpacked case.zip)
hash=$(sha256sum secret.json | cut -c 1-64)
[ ! -e "$folder/data/packages/$hash" ] || fail "its bytes are there"
! grep -raqi 'secret' "$folder" || fail "words of it are there: $(grep -rail secret "$folder")"
contains "$folder/data/custody.jsonl" "$hash"
equal "IR-7-0004|$hash" \
  "$(sqlite3 -readonly "$folder/data/case.sqlite" "SELECT exhibit, package_sha256 FROM case_items WHERE exhibit = 'IR-7-0004'")"
