# What is wanted is put down before the first of it comes, in some hundred bytes each: a tenant may have a hundred thousand results.
. "$ROOT/tests/fetch/lib.sh"
python3 - <<'PY'
import json
for number in range(100):
    guid = f"{number:08x}-1111-4222-8333-444444444444"
    json.dump({"id": guid, "type": "LiveResponse", "status": "Succeeded", "machineId": "m1", "computerDnsName": "ws-1",
               "creationDateTimeUtc": f"2026-11-01T10:{number % 60:02}:00Z",
               "commands": [{"index": index, "commandStatus": "Completed" if number else "Failed",
                             "command": {"type": "RunScript", "params": []}} for index in range(100)]},
              open(f"service/actions/{guid}.json", "w"))
PY
serve
run init >/dev/null
# peak ARGS…: kB.
peak() {
  python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=open("out", "w"), stderr=open("err", "w"), check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$LRARCHIVE" fetch --dry-run --api-url "$URL" "$@"
}
none=$(peak --all --machine nobody)
all=$(peak --all)
equal 9900 "$(wc -l <out)"
[ $((all - none)) -lt 40000 ] || fail "$((all - none)) kB for 9,900 results"
