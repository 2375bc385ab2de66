run init >/dev/null
transcript 'a.ps1' $'x' | run ingest -q -
run query --format markdown "SELECT 'a|b\\|c\\' AS \"h|1\", 'one'||char(13)||char(10)||'two'||char(10)||char(13)||'three' AS l, NULL AS n,
  '<b>*x*</b> \`code\` [l](u) a_b &amp; ~~s~~' AS m, x'00ff' AS b UNION ALL SELECT 1, 2, 3, 4, 5" >out.md
cat >want.md <<'W'
| h\|1 | l | n | m | b |
| --- | --- | --- | --- | --- |
| a\|b\\\|c\\ | one<br>two<br><br>three |  | \<b\>\*x\*\</b\> \`code\` \[l\](u) a\_b \&amp; \~\~s\~\~ | 00ff |
| 1 | 2 | 3 | 4 | 5 |
W
diff want.md out.md || fail "other Markdown"
script -qec "stty cols 200; \"$LRARCHIVE\" query --format markdown 'SELECT char(27, 10, 155, 9) AS x'" /dev/null </dev/null | tr -d '\r' >screen
printf '%s\n' '| x |' '| --- |' '| \x1b<br>\u009b\t |' | diff - screen || fail "$(cat -v screen)"
