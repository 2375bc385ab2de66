# What SQLite will do with each query: none walks over all pages of text, only three read texts at all,
# and those asked most often walk over no table that grows with the history.
mkdir sql
"$ROOT/tests/cli/queries/blocks" "$ROOT/docs/queries.md" sql
run init >/dev/null

# Columns: kind, name, root page; for the column `text` of page its place instead.
sql "SELECT 'root', tbl_name, rootpage FROM sqlite_schema WHERE rootpage > 0
     UNION ALL SELECT 'text', '', cid FROM pragma_table_info('page') WHERE name = 'text'" >places
[ "$(grep -c '^root|page|' places)" -ge 2 ] || fail "$(cat places)"

# steps SQL_FILE: "walks TABLE" for each table or index read from one end to the other, "reads text".
steps() {
  { printf 'EXPLAIN ' && cat "$1"; } | sqlite3 -readonly -list -cmd '.explain off' "$LRARCHIVE_DIR/history.db" |
    awk -F'|' '
      NR == FNR { if ($1 == "root") table[$3] = $2; else text = $3; next }
      $2 == "OpenRead" && $4 in table { cursor[$3] = table[$4]; if (table[$4] == "page") pages[$3] }
      ($2 == "Rewind" || $2 == "Last") && $3 in cursor { print "walks " cursor[$3] }
      $2 == "Column" && $3 in pages && $4 == text { print "reads text" }' places - | sort -u
}

# The measure itself sees what it must see.
echo "SELECT count(*) FROM output_pages WHERE text LIKE '%x%';" >control.sql
equal $'reads text\nwalks page' "$(steps control.sql)"

for file in sql/*.sql; do
  name=$(basename "$file" .sql)
  steps "$file" >found
  if grep -qx 'walks page' found; then fail "$name walks over all texts"; fi
  if grep -qx 'reads text' found; then echo "$name"; fi >>readers
done
diff - readers <<'END' || fail "other queries read texts"
what-does-a-scripts-json-say
when-did-this-scripts-output-change-on-this-machine
which-lines-do-few-machines-print
END

for name in on-which-machines-is-this-indicator-week-by-week what-did-an-operator-archive-for-this-case \
  what-ran-on-this-machine-in-order when-and-where-was-this-first-seen when-did-this-scripts-output-change-on-this-machine \
  which-machines-show-this-account-or-address-and-in-what-order who-has-had-this-package-and-which-ledger-lines-say-so; do
  steps "sql/$name.sql" >found
  if grep '^walks' found; then fail "$name walks over a whole table"; fi
done
