umask 000
equal "archive made: $PWD/archive" "$(run init)"
equal 700 "$(stat -c %a archive)"
find archive -type f -perm /077 | grep . && fail "others may read files"
contains archive/FORMAT.txt "sha256sum"
run verify | grep -q "no damage"
run_exit 1 list
