# Where the ZIP is made nothing else stays, neither when it is done nor when it fails.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
mkdir there
run export IR-7 -o there/case.zip --key key >/dev/null
equal case.zip "$(ls -A there)"
# A package that is damaged: found late, when its turn comes.
python3 - <<'P'
import glob, hashlib, json
wanted = hashlib.sha256(open("a.json", "rb").read()).hexdigest()
line = next(e for p in glob.glob("archive/ledger/*.jsonl") for e in map(json.loads, open(p)) if e.get("package_sha256") == wanted)
with open("archive/evidence/" + line["segment"], "r+b") as f:
    f.seek(line["offset"] + line["stored_bytes"] // 2)
    byte = f.read(1)
    f.seek(-1, 1)
    f.write(bytes([byte[0] ^ 1]))
P
rm there/case.zip
run_exit 4 export IR-7 -o there/case.zip --key key --to court --reason order
contains err 'archive/evidence/results-000001.tar.gz: byte '
equal "" "$(ls -A there)"
equal "" "$(ledger 'select(.event == "released") | .number')"
