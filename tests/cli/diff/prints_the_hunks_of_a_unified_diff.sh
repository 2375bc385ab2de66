# The same hunks as the stock diff's, for texts of all kinds, with context and without.
run init >/dev/null
mkdir texts
python3 - <<'P'
import json, random
random.seed(4)
def text():
    return ''.join(random.choice('abcd') + ('x' * random.randrange(3)) + '\n' for _ in range(random.randrange(60)))
texts = ['', 'one', 'one\n', '\n', '\n\n', 'two\none', text() * 40]
for i in range(8):
    base = text()
    texts.append(base)
    lines = base.splitlines(True)
    for _ in range(random.randrange(1, 8)):
        lines.insert(random.randrange(len(lines) + 1), 'new\n')
        if len(lines) > 2: del lines[random.randrange(len(lines))]
    texts.append(''.join(lines)[:-1 if i % 2 else None])
for i, t in enumerate(texts):
    open(f'texts/{i:02}.txt', 'w').write(t)
    json.dump({'script_name': f'{i}.ps1', 'exit_code': 0, 'script_output': t}, open(f'texts/{i:02}.json', 'w'))
P
run ingest -q texts/*.json
for context in 0 3; do
  for a in $(seq 0 21); do
    b=$(((a + 1 + context) % 22))
    status=0 want=0
    diff -a -U "$context" "texts/$(printf %02d "$a").txt" "texts/$(printf %02d "$b").txt" >want.out || want=$?
    "$LRARCHIVE" diff -C "$context" "$((a + 1))" "$((b + 1))" >got.out 2>err || status=$?
    [ ! -s err ] || fail "$(cat err)"
    equal "$want" "$status"
    sed -e 1,2d -e 's/^\\ No newline at end of file$/\\ no newline at the end/' want.out | cmp - <(sed 1,2d got.out) ||
      fail "texts $a and $b with $context lines of context"
  done
done
run_exit 1 diff 8 9
sed -n 1,2p out | sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$/TIME/' >titles
printf -- '--- result 8  7.ps1  TIME\n+++ result 9  8.ps1  TIME\n' | diff - titles
