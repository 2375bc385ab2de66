# What the service does not know is told (1) after two minutes, which a fresh action may take; the others are fetched.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
serve
action 2
result 2 0 text
action 3
run init >/dev/null
fetch_exit 1 "$(guid 1)" "$(guid 2)"
contains err "$(guid 1): "
contains err "answered 404 ResourceNotFound: no such action"
contains err "1 fetched, 0 archived before, 1 failed, 0 pending"
fetch_exit 1 "$(guid 3)"
contains err "$(guid 3)/0: "
contains err "answered 404 ResourceNotFound: no such result"
