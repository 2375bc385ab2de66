# The commands of VERIFY.txt, as they stand there: silent on a whole export, and each kind of change is noticed by one.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
for n in 1 2 3; do
  transcript "s$n.ps1" "more $n\n" >more.json
  run ingest -q --case OTHER more.json
done
run case note -q IR-7 'a last word'
run export IR-7 -o case.zip --key key >/dev/null
folder=$(unpacked case.zip)
sed -n 's/^    //p' "$folder/VERIFY.txt" >commands
[ "$(grep -c . commands)" -ge 25 ] || fail "the commands were not found"
for step in 1 2 3 4 5; do
  sed -n "/^$step\\. /,/^$((step + 1))\\. \|^What that/s/^    //p" "$folder/VERIFY.txt" >"commands.$step"
done
cat commands.? | diff commands -
# check FILE: what the commands in it print, in the export's folder.
check() {
  (cd "$folder" && bash -u "$OLDPWD/$1") >out 2>&1 || true
}
check commands
equal "Signature Verified Successfully" "$(cat out)"
# changed STEP FILE CHANGE WORD: a file is changed with sed, and what that step's commands then say.
changed() {
  local step=$1 file=$2 change=$3 word=$4
  cp "$folder/$file" kept
  sed -i "$change" "$folder/$file"
  ! cmp -s kept "$folder/$file" || fail "nothing was changed: $change"
  check "commands.$step"
  contains out "$word"
  cp kept "$folder/$file"
}
# The first two lines are enough for the proofs.
whole=$folder
folder=$PWD/short
cp -r "$whole" "$folder"
for file in custody proofs; do head -n 2 "$whole/data/$file.jsonl" >"$folder/data/$file.jsonl"; done
changed 5 data/custody.jsonl '2s/ingested/imported/' 'NOT PROVED'
changed 5 data/proofs.jsonl '2{s/"hashes":\["B/"hashes":["C/;t;s/"hashes":\["./"hashes":["B/}' 'NOT PROVED'
folder=$whole
changed 1 data/text/IR-7-0001-output.txt 's/svchost/svch0st/' 'data/text/IR-7-0001-output.txt: FAILED'
changed 1 VERIFY.txt '1s/How/Now/' 'VERIFY.txt: FAILED'
changed 2 data/packages/"$(sha256sum a.json | cut -c 1-64)" 's/list.ps1/last.ps1/' ALTERED
changed 3 data/receipts.jsonl 's/portal/market/' 'NO LINE'
changed 4 data/checkpoint.txt '2s/$/0/' 'Signature Verification Failure'
