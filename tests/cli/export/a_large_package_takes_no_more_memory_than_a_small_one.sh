# Of several members of 16 MiB: joined, not compressed again, and not held.
. "$ROOT/tests/export/lib.sh"
export_key
run init >/dev/null
python3 - <<'P'
import random
random.seed(7)
words = [bytes(random.choices(b"abcdefghij ", k=40)).decode() for _ in range(1000)]
with open("big.json", "w") as out:
    out.write('{"script_name":"big.ps1","exit_code":0,"script_output":"')
    for _ in range(1200000):
        out.write(random.choice(words) + "\\n")
    out.write('","script_errors":""}')
P
run ingest -q --case BIG big.json
head -c 8000000 big.json >small.json
run_exit 3 ingest -q --case SMALL small.json
peak() {
  python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$LRARCHIVE" export "$1" -o "$1.zip" --key key
}
small=$(peak SMALL)
big=$(peak BIG)
case $BUILD in *san*) ;; *) [ "$big" -lt $((small + 12000)) ] || fail "$big KB for 50 MB, $small KB for 8 MB" ;; esac
cmp big.json "$(unpacked BIG.zip)/data/packages/$(sha256sum big.json | cut -c 1-64)"
run verify BIG.zip -q --key key.pub
stored=$(sql "SELECT stored_bytes FROM packages WHERE size_bytes > 20000000")
packed=$(unzip -v BIG.zip | awk '/data\/packages/ { print $3 }')
[ "$packed" -le $((stored + 100)) ] || fail "$packed bytes in the ZIP for $stored in the evidence"
