# A row for each command, the oldest action first, and a line that counts; exit 1 while something is missing. --missing leaves out what
# is here or never comes; filters choose; --json says the same.
. "$ROOT/tests/fetch/lib.sh"
serve
faults "{match: \"$(guid 4)/.*index=0\", times: 9, status: 403}" "{match: \"$(guid 4)/.*index=1\", times: 9, status: 400}"
run init >/dev/null
run_exit 0 status
equal "STATE	RESULT	MACHINE	SCRIPT	NEXT TRY	REASON
0 of 0 archived" "$(cat out)"
action 1 Succeeded Completed Completed Completed
jq '.commands[2].command.type = "PutFile"' "service/actions/$(guid 1).json" >new && mv new "service/actions/$(guid 1).json"
result 1 0 whole
printf '{"script_name":"list-1.ps1","script_output":"cut' >"service/blobs/$(guid 1)_1"
action 2 Failed Failed Created
action 3 InProgress Pending Failed
action 4 Succeeded Completed Completed
fetch_exit 4 --all
action 5 Succeeded Completed
run ingest -q "service/actions/$(guid 5).json"
run_exit 1 status
equal "archived 1/0|truncated 1/1|no-result 1/2|no-result 2/0|no-result 2/1|pending 3/0|no-result 3/1|refused 4/0|failed 4/1|ready 5/0" \
  "$(sed '1d;$d' out | sed -E 's/^([a-z-]+)	0+([0-9])[^/]*\/([0-9]+).*/\1 \2\/\3/' | paste -sd '|')"
equal "2 of 6 archived, 1 truncated, 1 ready, 1 pending, 1 failed, 1 refused" "$(tail -n 1 out)"
tomorrow=$(date -u -d tomorrow +%FT)
grep -qE "^refused	$(guid 4)/0	ws-1.corp.example	list-0.ps1	${tomorrow}[0-9:]+	.*403" out || fail "$(cat out)"
grep -qE "^failed	$(guid 4)/1	.*400" out || fail "$(cat out)"
run_exit 1 status --missing
equal "pending ready refused failed" "$(sed '1d;$d' out | cut -f 1 | sort | xargs | sed 's/failed pending ready refused/pending ready refused failed/')"
equal "2 of 6 archived, 1 truncated, 1 ready, 1 pending, 1 failed, 1 refused" "$(tail -n 1 out)"
run_exit 0 status --action "$(guid 2)"
equal "0 of 0 archived" "$(tail -n 1 out)"
run_exit 1 status --machine ws-1 --script list-0.ps1 --missing
equal 1 "$(grep -c ^refused out)"
since=$(jq -r .creationDateTimeUtc "service/actions/$(guid 4).json")
run_exit 1 status --since "$since"
equal "0 of 3 archived, 1 ready, 1 failed, 1 refused" "$(tail -n 1 out)"
run_exit 1 status --until "$since" --missing
equal 1 "$(sed '1d;$d' out | wc -l)"
run_exit 1 status --json
jq -s -e 'length == 11 and (.[-1] | . == {results: 6, archived: 1, truncated: 1, ready: 1, pending: 1, failed: 1, refused: 1, "no-result": 4}) and
  (.[0] | .state == "archived" and .parse_status == "ok" and .reason == null and .command_type == "RunScript" and .requestor == "soar@corp.example") and
  (.[7] | .state == "refused" and (.reason | test("403")) and .next_try_at != null)' out >/dev/null || fail "$(cat out)"
run_exit 2 status --max-age often
run_exit 2 status nonsense
