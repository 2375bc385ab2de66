# As Python's csv module reads it; NULL and an empty text stay apart.
run init >/dev/null
hostile=$'a,b;"c"\r\nd\te\rf \n =1+1 \e[31m é\n'
transcript $'=cmd|"x",.ps1' "$hostile" | run ingest -q -
run query --format csv "SELECT script_name AS \"the,name\", script_output AS o, NULL AS n, '' AS e, x'00ff' AS b, 1.5 AS r, -3 AS i,
  CAST(x'ff22' AS TEXT) AS bad FROM results UNION ALL SELECT 'plain', 'two', 3, '', NULL, '', NULL, 'x'" >out.csv
python3 - <<'P' || fail "$(cat -A out.csv)"
import csv
rows = list(csv.reader(open('out.csv', encoding='utf-8', errors='surrogateescape', newline=''), strict=True))
assert rows == [
    ['the,name', 'o', 'n', 'e', 'b', 'r', 'i', 'bad'],
    ['=cmd|"x",.ps1', 'a,b;"c"\nd\te\rf \n =1+1 \x1b[31m é\n', '', '', '00ff', '1.5', '-3', '\udcff"'],
    ['plain', 'two', '3', '', '', '', '', 'x'],
], rows
P
tail -n 1 out.csv >last
printf 'plain,two,3,"",,"",,x\r\n' | cmp - last
equal $'n\r' "$(run query --format csv 'SELECT 1 AS n WHERE 0')"

# On a terminal nothing of it is live, and a row is one line.
script -qec "stty cols 200; \"$LRARCHIVE\" query --format csv 'SELECT script_output AS o FROM results'" /dev/null </dev/null | tr -d '\r' >screen
printf '%s\n' o '"a,b;""c""\nd\te\rf \n =1+1 \x1b[31m é\n"' | diff - screen || fail "another screen"
