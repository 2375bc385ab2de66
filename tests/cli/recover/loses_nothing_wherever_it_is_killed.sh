# Every call; `make sweep` does the same alone.
"$ROOT/tests/fault/sweep" 1 >out || fail "$(cat out)"
contains out "nothing lost"
