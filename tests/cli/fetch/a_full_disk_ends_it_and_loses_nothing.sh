# Less room than --min-free: nothing is begun, exit 4; the results are had the next time, and watch does not put them off.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1 Succeeded Completed Completed
result 1 0 zero
python3 -c 'print("{\"script_name\":\"b\",\"script_output\":\"" + "b" * 3000000 + "\"}")' >"service/blobs/$(guid 1)_1"
run init >/dev/null
fetch_exit 4 "$(guid 1)" --min-free 1000000T
contains err "archive/spool: not fetched: the disk has less than the 1099511627776000000 bytes left that --min-free asks for"
equal 0 "$(requests '.path | contains("DownloadLink")')"
verb_exit 4 watch --once --min-free 1000000T
contains err "--min-free asks for"
contains archive/state/watch.json "--min-free asks for"
equal null "$(jq -r .last_success_at archive/state/watch.json)"
run_exit 1 status
equal 2 "$(grep -c ^ready out)"
# A disk that fills up while a package comes.
if [ "$(id -u)" -eq 0 ] && mkdir small && unshare --mount mount -t tmpfs -o size=1m none small 2>/dev/null; then
  cat >inside <<'I'
mount -t tmpfs -o size=1m none "$PWD/archive/spool"
status=0
"$LRARCHIVE" fetch --api-url "$1" --blob-hosts 127.0.0.1 --min-free 1 --parallel 1 "$2" >out 2>err || status=$?
exit $status
I
  status=0
  unshare --mount bash ./inside "$URL" "$(guid 1)" || status=$?
  equal 4 $status
  contains err "archive/spool/$(guid 1)_1: "
  contains err "No space left on device"
fi
verb_exit 0 watch --once
run_exit 0 status
equal "" "$(ls archive/spool)"
run verify >/dev/null
