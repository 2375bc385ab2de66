# One byte of any file, a file too much, one too few, one twice; and a key that is not the signer's.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run export IR-7 -o case.zip --key key >/dev/null
unset LRARCHIVE_DIR
run_exit 0 verify case.zip
contains err "the key is the export's own; compare it with one that you have from the signer: ann@corp.example+"
run verify case.zip --key key.pub | grep -q '^verified: .* signed by ann@corp.example: no damage$' || fail "$(cat out)"
cat >change.py <<'P'
import sys, zipfile
source, name, how = sys.argv[1:]
files = [(i.filename, zipfile.ZipFile(source).read(i)) for i in zipfile.ZipFile(source).infolist()]
with zipfile.ZipFile("changed.zip", "w", zipfile.ZIP_DEFLATED) as out:
    for path, data in files:
        if path == name and how == "byte":
            at = len(data) // 2
            data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:] if data else b"x"
        if path == name and how == "missing":
            continue
        out.writestr(path, data)
    if how == "besides":
        out.writestr(name, "x")
P
unzip -Z1 case.zip >names
while IFS= read -r name; do
  for how in byte missing; do
    # One that is missing is told of by the manifest, whatever it holds.
    case $how$name in missing*-000[2-9]* | missing*results* | missing*.jsonld | missing*.html) continue ;; esac
    python3 change.py case.zip "$name" $how
    run_exit 1 verify changed.zip --key key.pub
    contains out "${name#case-IR-7/}"
    contains out DAMAGED
  done
done <names
python3 change.py case.zip case-IR-7/data/more.txt besides
run_exit 1 verify changed.zip
contains out 'case-IR-7/data/more.txt: stands in no manifest'
python3 change.py case.zip elsewhere/x besides
run_exit 1 verify changed.zip
contains out "elsewhere/x: lies outside the bag's folder"
python3 change.py case.zip case-IR-7/data/custody.jsonl besides 2>/dev/null
run_exit 1 verify changed.zip
contains out 'changed.zip: has two files of one name'
run key new -q -o other --name eve@corp.example >/dev/null
run_exit 1 verify case.zip --key other.pub
contains out 'data/checkpoint.txt'
run_exit 1 verify a.json
contains out 'a.json: cannot be read as a ZIP'
run_exit 4 verify none.zip
run_exit 2 verify --quick case.zip
contains err 'are for the archive, not for FILE'
