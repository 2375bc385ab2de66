# One byte of any file, a file too much, one too few, one twice; and a key that is not the signer's.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run export IR-7 -o case.zip --key key >/dev/null
unset LRARCHIVE_DIR
run_exit 0 verify case.zip
contains err "the key is the export's own; compare it with one that you have from the signer: ann@corp.example+"
run verify case.zip --key key.pub | grep -q '^verified: .* signed by ann@corp.example: no damage$' || fail "$(cat out)"
# Each change in a ZIP of its own; changes: its name, and what is to be told.
cat >change.py <<'P'
import re, zipfile
files = [(i.filename, zipfile.ZipFile("case.zip").read(i)) for i in zipfile.ZipFile("case.zip").infolist()]
told = open("changes", "w")

def write(contents, words):
    name = f"changed-{write.count}.zip"
    write.count += 1
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as out:
        for path, data in contents:
            out.writestr(path, data)
    told.write(f"{name}\t{words}\n")

write.count = 0
for at, (path, data) in enumerate(files):
    middle = len(data) // 2
    changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:] if data else b"x"
    short = path.removeprefix("case-IR-7/")
    write(files[:at] + [(path, changed)] + files[at + 1:], short)
    if at == 0 or re.search("custody|key.pub$|manifest|0001-output|packages", path):
        write(files[:at] + files[at + 1:], short)
write(files + [("case-IR-7/data/more.txt", "x")], "case-IR-7/data/more.txt: stands in no manifest")
write(files + [("elsewhere/x", "x")], "elsewhere/x: lies outside the bag's folder")
write(files + [files[1]], "has two files of one name")
P
python3 -W ignore change.py
[ "$(wc -l <changes)" -gt 35 ] || fail "only $(wc -l <changes) changes"
while IFS=$'\t' read -r name words; do
  run_exit 1 verify "$name" --key key.pub
  contains out "$words"
  contains out DAMAGED
done <changes
run key new -q -o other --name eve@corp.example >/dev/null
run_exit 1 verify case.zip --key other.pub
contains out 'data/checkpoint.txt'
run_exit 1 verify a.json
contains out 'a.json: cannot be read as a ZIP'
run_exit 4 verify none.zip
run_exit 2 verify --quick case.zip
contains err 'are for the archive, not for FILE'
