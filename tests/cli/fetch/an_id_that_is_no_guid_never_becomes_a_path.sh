# The service may call an action what it likes: one whose id is no GUID is told and nothing comes of it; an action of such an id
# that somebody has ingested leads status to no file.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1
result 1 0 text
put() {
  jq --arg id "$1" '.id = $id' "service/actions/$(guid 1).json" >"service/actions/$(guid "$2").json"
}
put '../../../evil' 2
put '' 3
put "$(guid 4)/../../../evil" 4
put "$(guid 5)"$'\n' 5
run init >/dev/null
fetch_exit 3 --all
equal 4 "$(grep -c "the service's answer is no machine action whose id is a GUID" err)"
contains err "1 fetched"
verb_exit 0 watch --once --since 2026-01-01
contains err "0 fetched, 0 failed"
fetch_exit 4 "$(guid 4)"
equal 1 "$(sql 'SELECT count(*) FROM actions')"
equal "" "$(find . -name '*evil*')"
# What is in the archive by other ways.
jq '.id = "../../evil"' "service/actions/$(guid 1).json" >evil.json
run ingest -q evil.json
mkdir -p archive/state/attempts
echo 'no JSON' >archive/evil_0
run_exit 1 status
contains out "ready	../../evil/0"
