# --wait asks again until the action is final and has its results; what came early is not counted again in each round.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
action 1 InProgress Completed Pending
early=$(cat "service/actions/$(guid 1).json")
action 1 Succeeded Completed Completed
result 1 0 one
result 1 1 two
faults "{match: \"$(guid 1)\$\", times: 8, status: 200, body: ($early | tojson)}"
serve
run init >/dev/null
fetch "$(guid 1)" --wait
contains err "2 fetched, 0 archived before, 0 failed, 0 pending"
equal 9 "$(requests '.path | endswith("-444444444444")')"
equal "one two" "$(sql 'SELECT script_output FROM results ORDER BY command_index' | xargs)"
# Farther and farther apart, two minutes at most.
jq -s '[.[] | select(.path | endswith("-444444444444")).time] | [.[1:], .[:-1]] | transpose | map(.[0] - .[1] | round)
  | . == sort and .[0] >= 15 and .[-1] <= 121' service/log.jsonl | grep -qx true || fail "$(cat service/log.jsonl)"
