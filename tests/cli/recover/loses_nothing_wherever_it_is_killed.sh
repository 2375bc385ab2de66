# Every ninth call; `make sweep` goes through all.
"$ROOT/tests/fault/sweep" 9 >out || fail "$(cat out)"
contains out "nothing lost"
