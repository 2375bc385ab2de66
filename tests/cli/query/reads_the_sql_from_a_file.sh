run init >/dev/null
printf '\xef\xbb\xbf-- the answer\r\nSELECT :a * 7\r\n  AS n;\n' >sql
equal $'n\n42' "$(run query --param a=6 --file sql)"
equal $'n\n42' "$(run query --param a=6 --file <(cat sql))"
run_exit 2 query --file sql 'SELECT 1'
run_exit 2 query --file sql -
run_exit 2 query
contains err '--file'
run_exit 2 query --file missing
contains err missing
run_exit 2 query --file .
printf 'SELECT 1\0' >nul
run_exit 2 query --file nul
contains err NUL
head -c 1100000 /dev/zero | tr '\0' ' ' >long
run_exit 2 query --file long
contains err '1 MiB'
