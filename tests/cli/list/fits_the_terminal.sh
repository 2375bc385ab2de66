run init >/dev/null
for i in 1 2 3; do
  transcript "collect-äöü-日本語-$(printf '%0200d' "$i").ps1" text | run ingest -q --machine "ws-$i.a-rather-long-domain.corp.example" -
done
COLUMNS=72 script -qec "stty cols 0; \"$LRARCHIVE\" list" /dev/null </dev/null | tr -d '\r' >screen
equal 4 "$(wc -l <screen)"
contains screen …
python3 - <<'P' || fail "$(cat screen)"
import unicodedata
for line in open('screen', encoding='utf-8'):
    width = sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in line.rstrip('\n'))
    assert width <= 72, width
P
