. "$ROOT/tests/fetch/lib.sh"
serve
action 1
action 2
result 1 0 'output\n'
cp "service/actions/$(guid 2).json" "service/actions/$(guid 1).json"
run init >/dev/null
fetch_exit 4 "$(guid 1)"
contains err "answered with action $(guid 2) instead"
equal "" "$(ledger .event)"
