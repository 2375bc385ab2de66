# Every third call; `make sweep` goes through all.
"$ROOT/tests/fault/sweep" 3 >out || fail "$(cat out)"
contains out "nothing lost"
