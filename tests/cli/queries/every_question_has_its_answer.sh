# Every query of docs/queries.md gives exactly the rows in expected/<anchor>.jsonl, the same from stock
# sqlite3. Where an answer is another on purpose: got/<anchor>.jsonl is the new one; read it before you keep it.
here=$ROOT/tests/cli/queries
mkdir sql raw got
"$here/blocks" "$ROOT/docs/queries.md" sql
[ "$(find sql -type f | wc -l)" -ge 20 ] || fail "fewer than twenty questions"
diff <(find sql -type f -printf '%f\n' | sed 's/sql$/jsonl/' | sort) <(find "$here/expected" -type f -printf '%f\n' | sort) ||
  fail "questions and files of expected rows are not the same"
began=$(date -u +%Y-%m-%dT%H:%M:%S)
. "$here/make-history"
ended=$(date -u +%Y-%m-%dT%H:%M:%S.999Z)

# What is another each time: the archive's times, what is made of them, the place, who runs the test.
stable() {
  jq -c --arg began "$began" --arg ended "$ended" --arg root "$ROOT/" --arg here "$PWD/" '
    def known: if type != "string" then .
      elif test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z$") and . >= $began and . <= $ended then "<archived>"
      elif . == $began[:7] or . == $ended[:7] then "<month>"
      else ltrimstr($root) | ltrimstr($here) end;
    with_entries(if .value != null and (.key | IN("offset", "os_user", "host", "tool", "prev", "line_sha256", "entry_sha256"))
      then .value = "<\(.key)>" else .value |= known end)'
}

for file in sql/*.sql; do
  name=$(basename "$file" .sql)
  run query --json - <"$file" >"raw/$name.jsonl"
  sqlite3 -readonly -json "$LRARCHIVE_DIR/history.db" <"$file" >stock.json
  diff <(jq -c '.[]' stock.json) <(jq -c . "raw/$name.jsonl") || fail "$name: sqlite3 gives other rows"
  stable <"raw/$name.jsonl" >"got/$name.jsonl"
  [ -s "got/$name.jsonl" ] || fail "$name: nothing to find in the history of the test"
  diff "$here/expected/$name.jsonl" "got/$name.jsonl" || fail "$name: other rows than expected"
done

# What the marks hide is true: the bytes lie where they should, and the hashes are those of the lines.
while IFS=$'\t' read -r segment offset stored hash; do
  equal "$hash" "$(dd if="archive/evidence/$segment" iflag=skip_bytes,count_bytes skip="$offset" count="$stored" status=none | gzip -dc | sha256sum | cut -c -64)"
done < <(jq -r '[.segment, .offset, .stored_bytes, .package_sha256] | @tsv' raw/which-files-were-fetched-*.jsonl)
while IFS=$'\t' read -r number prev hash; do
  equal "$hash" "$(sed -n "${number}p" archive/ledger/000001.jsonl | tr -d '\n' | sha256sum | cut -c -64)"
  [ "$number" -eq 1 ] || equal "$prev" "$(sed -n "$((number - 1))p" archive/ledger/000001.jsonl | tr -d '\n' | sha256sum | cut -c -64)"
done < <(jq -r '[.number, .prev, .line_sha256] | @tsv' raw/who-has-had-this-package-*.jsonl)
