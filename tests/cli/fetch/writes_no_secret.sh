# Token, secret and the signature of a link stand nowhere but where they came from: not in archive, state, output, a receipt, another
# program's arguments.
. "$ROOT/tests/fetch/lib.sh"
faults '{match: "/blob/.*_0", times: 1, slow: 1}' \
  '{match: "index=1", times: 9, status: 403, body: ({error: {code: "Forbidden", message: "no"}} | tojson)}' \
  '{match: "index=2", times: 9, link: "https://user:word@evil.example/a?sig=c2VjcmV0LXNpZw"}' \
  '{match: "/blob/.*_3", times: 9, status: 403}'
token=a-token-that-is-a-secret
TOKENS=$token LINK_SECONDS=3600 serve
action 1 Succeeded Completed Completed Completed Completed
for index in 0 1 2 3; do result 1 $index "text $index"; done
run init >/dev/null
printf 'se cret+&=' >secret
printf %s $token >token
LRARCHIVE_TOKEN=$token "$LRARCHIVE" fetch --api-url "$URL" --blob-hosts 127.0.0.1 "$(guid 1)" >out.1 2>err.1 &
until_true grep -qs DownloadLink service/log.jsonl
! tr '\0' '\n' <"/proc/$!/cmdline" | grep -F $token || fail "the token is an argument"
wait $! && fail "no exit status" || equal 7 $?
"$LRARCHIVE" fetch --json --api-url "$URL" --blob-hosts 127.0.0.1 --token-file token --again "$(guid 1)" >out.2 2>err.2 || equal 7 $?
"$LRARCHIVE" fetch --api-url "$URL" --blob-hosts 127.0.0.1 --client-id app --tenant t --client-secret-file secret --login-url "$URL" --again \
  "$(guid 1)" >out.3 2>err.3 || equal 7 $?
LRARCHIVE_TOKEN=$token "$LRARCHIVE" watch --once --api-url "$URL" --blob-hosts 127.0.0.1 >out.4 2>err.4 || true
"$LRARCHIVE" status >out.5 2>&1 || equal 1 $?
LRARCHIVE_TOKEN=$token run fetch --check --api-url "$URL" --blob-hosts 127.0.0.1 >out.6
equal 3 "$(sql 'SELECT count(*) FROM acquisitions WHERE action_id IS NOT NULL')"
mkdir unpacked
tar -C unpacked -xf archive/evidence/results-000001.tar.gz
for secret in $token 'se cret' 'se+cret' 'sig=' c2VjcmV0 Bearer 'user:word'; do
  ! grep -rlaF -e "$secret" archive unpacked state out.? err.? || fail "'$secret' is written down"
done
