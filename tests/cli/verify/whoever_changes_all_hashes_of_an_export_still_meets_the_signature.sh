# The manifests can be written anew by anyone; lines, receipts and originals are held by the signed checkpoint.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run export IR-7 -o case.zip --key key >/dev/null
unset LRARCHIVE_DIR
cat >forge.py <<'P'
import hashlib, sys, zipfile
name, old, new = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode()
files = {i.filename: zipfile.ZipFile("case.zip").read(i) for i in zipfile.ZipFile("case.zip").infolist()}
folder = "case-IR-7/"
data = files.pop(folder + name)
assert old in data
data = data.replace(old, new)
if name.startswith("data/packages/"):
    name = "data/packages/" + hashlib.sha256(data).hexdigest()
files[folder + name] = data
def manifest(paths):
    return "".join(f"{hashlib.sha256(files[p]).hexdigest()}  {p[len(folder):]}\n" for p in paths).encode()
files[folder + "manifest-sha256.txt"] = manifest([p for p in files if p.startswith(folder + "data/")])
tags = [p for p in files if not p.startswith(folder + "data/") and "tagmanifest" not in p]
files[folder + "tagmanifest-sha256.txt"] = manifest(tags)
with zipfile.ZipFile("forged.zip", "w") as out:
    for path, data in files.items():
        out.writestr(path, data)
P
forged() {
  local name=$1 old=$2 new=$3 words=$4
  python3 forge.py "$name" "$old" "$new"
  run_exit 1 verify forged.zip --key key.pub
  contains out "$words"
}
forged "data/packages/$(sha256sum a.json | cut -c 1-64)" list.ps1 last.ps1 'no proved ledger line tells of it'
forged data/custody.jsonl '"event":"ingested"' '"event":"imported"' 'is not one of those that the checkpoint stands for'
forged data/receipts.jsonl portal market 'no ledger line tells of this receipt'
forged data/checkpoint.txt "$(sed -n 3p "$(unpacked case.zip)/data/checkpoint.txt")" "$(printf 'x' | openssl dgst -sha256 -binary | base64)" \
  data/checkpoint.txt
