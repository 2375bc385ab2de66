# Every fifth call; `make sweep` goes through all.
"$ROOT/tests/fault/sweep" 5 >out || fail "$(cat out)"
contains out "nothing lost"
