# 429 with Retry-After in seconds, as a date, without one, and with nonsense; and 500s that pass: the call is made again when it may be.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
action 1
result 1 0 text
faults '{match: "index=0", times: 1, status: 429, headers: {"Retry-After": "40"}}' \
  '{match: "index=0", times: 1, status: 429, headers: {"Retry-After": "Fri, 15 Jan 2027 08:05:00 GMT"}}' \
  '{match: "index=0", times: 1, status: 429}' \
  '{match: "index=0", times: 1, status: 429, headers: {"Retry-After": "soon"}}' \
  '{match: "index=0", times: 1, status: 429, headers: {"Retry-After": "86400"}}' \
  '{match: "index=0", times: 3, status: 500}'
serve
run init >/dev/null
fetch "$(guid 1)"
contains err "the service asks to wait (429); going on in 40 s"
contains err "the service answered 500"
# From call to call: what was asked, a minute where nothing was said, an hour at most; then 1, 2, 4 s with up to half more.
jq -s '[.[] | select(.path | endswith("(index=0)")).time] | [.[1:], .[:-1]] | transpose | map(.[0] - .[1] | floor)
  | [.[0] == 40, (.[1] >= 258 and .[1] <= 260), .[2] == 60, .[3] == 60, .[4] == 3600, .[5] < 2, .[6] < 4, .[7] < 7] | all' \
  service/log.jsonl | grep -qx true || fail "$(jq -c '[.path, .time, .status]' service/log.jsonl)"
