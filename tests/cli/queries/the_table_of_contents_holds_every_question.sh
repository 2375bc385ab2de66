# Every question stands once in the table of contents, every link within the page has its heading, and
# what the page links to elsewhere is there.
doc=$ROOT/docs/queries.md
mkdir sql
"$ROOT/tests/cli/queries/blocks" "$doc" sql
sed '/^Five things/,$d' "$doc" | grep -oE '\]\(#[^)]+\)' | sed 's/](#//; s/)//' | sort >contents
find sql -type f -printf '%f\n' | sed 's/\.sql$//' | sort >questions
diff questions contents || fail "questions and table of contents are not the same"
grep -oE '\]\(#[^)]+\)' "$doc" | sed 's/](#//; s/)//' | sort -u | comm -23 - questions >dangling
[ ! -s dangling ] || fail "no such heading: $(cat dangling)"
grep -oE '\]\([a-z]+\.md' "$doc" | sed 's/](//' | sort -u | while read -r file; do
  [ -f "$ROOT/docs/$file" ] || fail "no docs/$file"
done
# The splitter tells of a question without a query, and of one with two.
printf '## Why?\n\nText.\n\n## How?\n```sql\nSELECT 1;\n```\n```sql\nSELECT 2;\n```\n' >bad.md
if "$ROOT/tests/cli/queries/blocks" bad.md sql >told; then fail "nothing was told"; fi
equal $'why: 0 sql blocks\nhow: 2 sql blocks' "$(cat told)"
