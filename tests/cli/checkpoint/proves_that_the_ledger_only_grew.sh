# A ledger that was written anew, chain and all, passes for itself and not for what was signed.
export XDG_CONFIG_HOME=$PWD/config LRARCHIVE_OPERATOR=ann@corp.example
run init >/dev/null
run_exit 1 checkpoint
contains err "no line yet"
for n in 1 2 3 4 5; do transcript "s$n.ps1" "output $n\n" >"$n.json"; done
run ingest -q 1.json 2.json 3.json
run_exit 4 checkpoint
contains err "lrarchive key new"
run_exit 0 key new
key=$XDG_CONFIG_HOME/lrarchive/key
run checkpoint -o signed
equal "lrarchive/$(head -n 1 archive/ledger/000001.jsonl | tr -d '\n' | sha256sum | cut -d' ' -f1)
3" "$(head -n 2 signed)"
verify() {
  run_exit "$1" verify --quick --checkpoint "${2:-signed}" --key "${3:-$key.pub}"
}
verify 0
contains out "the ledger begins with the 3 lines that ann@corp.example signed"
run ingest -q 4.json 5.json
verify 0
equal 5 "$(run checkpoint | sed -n 2p)"
# One changed line, and every line behind it chained anew.
cp archive/ledger/000001.jsonl whole
python3 - <<'P'
import hashlib, json
lines = open("whole", "rb").read().split(b"\n")[:-1]
lines[1] = lines[1].replace(b'"operator":"ann@corp.example"', b'"operator":"bob@corp.example"')
for i in range(2, len(lines)):
    old = json.loads(lines[i])["prev"].encode()
    lines[i] = lines[i].replace(old, hashlib.sha256(lines[i - 1]).hexdigest().encode())
open("archive/ledger/000001.jsonl", "wb").write(b"\n".join(lines) + b"\n")
P
verify 1
contains err "not those that were signed"
head -n 2 whole >archive/ledger/000001.jsonl
verify 1
contains err "has 2 lines, and had 3"
cat whole >archive/ledger/000001.jsonl
verify 0
# A changed checkpoint, another key, another archive.
sed '2s/3/2/' signed >changed
verify 1 changed
contains err "no good signature of ann@corp.example"
run_exit 0 key new -o other --name ann@corp.example
verify 1 signed other.pub
run_exit 0 key new -o third --name bob
run checkpoint --key third -o by-bob
verify 1 by-bob
verify 0 by-bob third.pub
LRARCHIVE_DIR=$PWD/second run init >/dev/null
LRARCHIVE_DIR=$PWD/second run ingest -q 1.json 2.json 3.json
LRARCHIVE_DIR=$PWD/second run_exit 1 verify --quick --checkpoint signed --key "$key.pub"
contains err "of another archive"
echo nothing >nothing
run_exit 2 verify --checkpoint signed
run_exit 2 verify --key "$key.pub"
for pair in "nothing $key.pub" 'signed nothing' "missing $key.pub"; do
  # shellcheck disable=SC2086  # two words
  set -- $pair
  "$LRARCHIVE" verify --quick --checkpoint "$1" --key "$2" >out 2>err && fail "$pair passes"
  contains err lrarchive:
done
"$LRARCHIVE" --json checkpoint --key third | jq -e '.lines == 5 and (.root_sha256 | length) == 64 and .signed_by == "bob"' >/dev/null
