# data/report.html of an export: HTML that tidy finds nothing to say about, and a page that a browser shows without a word on
# its console and without asking anybody for anything, whatever the packages hold.
run init >/dev/null
hostile='</pre><script src="http://evil.example/a.js"></script><img src=http://evil.example/b onerror=alert(1)>'
transcript 'run"><svg onload=fetch(1)>.ps1' "$hostile\\\\u001b[31m\nsecond line\n" "$hostile" 1 >a.json
transcript plain.ps1 'one\ntwo\n' >b.json
head -c 2000 /dev/urandom >c.bin
run -q case create IR-7 --title "$hostile" --reference '"><base href=http://evil.example/>' >/dev/null
run ingest -q --case IR-7 --machine '<b>ws-1</b>' --note "$hostile" --observed 2023-03-18T21:04:01Z a.json
run ingest -q --case IR-7 --machine ws-2 --observed 2023-03-19T08:00:00Z b.json c.bin
run -q key new -o key --name ann@corp.example >/dev/null
run -q export IR-7 -o case.zip --key key --include-files >/dev/null
unzip -q case.zip -d bag
page=$(find "$PWD/bag" -path '*/data/report.html')
[ -f "$page" ] || fail "the export has no data/report.html"

# shown FILE NAME: chromium lays it out; what it says stands in NAME.said, whom it asks in NAME.asked.
shown() {
  HOME=$PWD timeout 60 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-extensions \
    --disable-default-apps --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$PWD/$2.profile" \
    --enable-logging=stderr --v=0 --log-net-log="$PWD/$2.net" --dump-dom "file://$1" >"$2.dom" 2>"$2.log" ||
    fail "chromium ended with an error: $(cat "$2.log")"
  rm -rf "$2.profile"
  grep CONSOLE "$2.log" >"$2.said" || true
  # The browser has errands of its own, at its maker's hosts; none of them gets an address.
  jq -r '.events[].params? | .url? // .host? // empty' "$2.net" | sed -E 's|^[a-z]+://||; s|[/:?].*||' | sort -u |
    grep -vE '^$|~notfound$|(^|\.)(google|googleapis|gstatic|gvt1)\.com$' >"$2.asked" || true
}

tidy -quiet -errors "$page" 2>tidy.said || fail "tidy: $(cat tidy.said)"
[ ! -s tidy.said ] || fail "tidy: $(cat tidy.said)"

# The same look must find a page that does ask: its script is refused aloud by the policy, its picture, let in, is asked for.
sed "s|default-src 'none'|& ; img-src http:|"'; s|</main>|<img src="http://evil.example/b"><script>1</script></main>|' \
  "$page" >asking.html
shown "$PWD/asking.html" asking &
asking=$!
shown "$page" report
wait "$asking"
contains report.dom 'First lines of the transcripts'
contains report.dom '&lt;script src='
[ ! -s report.said ] || fail "the console: $(cat report.said)"
[ ! -s report.asked ] || fail "it asked for: $(cat report.asked)"
contains asking.said 'Content Security Policy'
contains asking.asked evil.example
