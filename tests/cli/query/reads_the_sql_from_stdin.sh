run init >/dev/null
equal $'n\n42' "$(echo 'SELECT 6 * 7 AS n; -- the answer' | run query -)"
head -c 1100000 /dev/zero | tr '\0' ' ' >long.sql
run_exit 2 query - <long.sql
contains err "1 MiB"
printf 'SELECT 1\0' | run_exit 2 query -
