# --dry-run tells what is to be had and leaves the archive as it is: no ledger line, no file. Also as JSON.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1 Succeeded Completed Completed
action 2 Pending Pending
result 1 0 a
result 1 1 b
run init >/dev/null
fetch "$(guid 1)/0"
find archive -type f ! -name '*-shm' -exec sha256sum {} + | sort >before
fetch --all --dry-run
equal "wanted	$(guid 1)/1	ws-1.corp.example" "$(cat out)"
contains err "1 to fetch, 1 archived, 1 pending; the limits leave 0 s"
fetch --all --dry-run --json
equal "wanted $(guid 1)/1 $(guid 1) 1 ws-1.corp.example" "$(jq -r '[.[]] | join(" ")' out)"
fetch "$(guid 2)" --dry-run --tenant 33333333-2222-3333-4444-555555555555
equal "" "$(cat out)"
faults '{match: "/api/machineactions/", times: 9, status: 400}'
fetch_exit 4 "$(guid 2)" --dry-run
find archive -type f ! -name '*-shm' -exec sha256sum {} + | sort | diff before - || fail "a dry run wrote into the archive"
