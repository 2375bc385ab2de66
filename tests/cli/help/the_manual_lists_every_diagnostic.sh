# The table in the parser is the list of codes; each stands in the manual with the status it implies.
sed -nE 's/.*\[DIAGNOSTIC_[A-Z0-9_]*\] = \{"([a-z0-9_]+)", PARSE_([A-Z]+)\}.*/\1 \L\2/p' "$ROOT/parser/diagnostics.c" >codes
[ "$(wc -l <codes)" -gt 20 ] || fail "the table was not found: $(cat codes)"
while read -r code status; do
  grep -qF "| \`$code\` | $status |" "$ROOT/docs/manual.md" || fail "docs/manual.md lacks $code with $status"
done <codes
sed -nE 's/^\| `([a-z0-9_]+)` \| (ok|repaired|truncated|invalid) \|.*/\1 \2/p' "$ROOT/docs/manual.md" | sort >manual
equal "" "$(sort codes | comm -13 - manual)"
