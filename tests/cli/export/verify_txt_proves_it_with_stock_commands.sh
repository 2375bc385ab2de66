# The commands of VERIFY.txt, as they stand there: silent on a whole export, and each kind of change is noticed by one.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
for n in 1 2 3 4 5 6 7; do
  transcript "s$n.ps1" "more $n\n" >more.json
  run ingest -q --case OTHER more.json
done
run case note -q IR-7 'a last word'
run export IR-7 -o case.zip --key key >/dev/null
folder=$(unpacked case.zip)
sed -n 's/^    //p' "$folder/VERIFY.txt" >commands
[ "$(grep -c . commands)" -ge 25 ] || fail "the commands were not found"
check() {
  (cd "$folder" && bash -u "$OLDPWD/commands") >out 2>&1 || true
}
check
equal "Signature Verified Successfully" "$(cat out)"
# CHANGE WORD…: what is changed with sed in a file, and what the commands then say.
changed() {
  local file=$1 change=$2 word=$3
  cp "$folder/$file" kept
  sed -i "$change" "$folder/$file"
  check
  contains out "$word"
  cp kept "$folder/$file"
}
changed data/text/IR-7-0001-output.txt 's/svchost/svch0st/' 'data/text/IR-7-0001-output.txt: FAILED'
changed VERIFY.txt '1s/How/Now/' 'VERIFY.txt: FAILED'
changed data/packages/"$(sha256sum a.json | cut -c 1-64)" 's/list.ps1/last.ps1/' ALTERED
changed data/custody.jsonl '2s/ingested/imported/' 'NOT PROVED'
changed data/receipts.jsonl 's/portal/market/' 'NO LINE'
changed data/proofs.jsonl '2s/"hashes":\["./"hashes":["B/' 'NOT PROVED'
changed data/checkpoint.txt '2s/$/0/' 'Signature Verification Failure'
