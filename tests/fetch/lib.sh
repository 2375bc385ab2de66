# shellcheck shell=bash
# For tests of the verbs that fetch: the service on loopback (server.py) in the folder service/.
mkdir -p service/actions service/blobs
: >service/log.jsonl
export XDG_STATE_HOME=$PWD/state XDG_CONFIG_HOME=$PWD/config LRARCHIVE_TOKEN=good
unset https_proxy http_proxy HTTPS_PROXY HTTP_PROXY ALL_PROXY all_proxy

# serve: starts it; it ends with the test. $URL is its address.
serve() {
  mkfifo service/input service/port
  # The test's shell holds the pipe open: the server ends when the shell does.
  python3 "$ROOT/tests/fetch/server.py" service <service/input >service/port &
  exec 8>service/input
  read -r port <service/port
  URL=http://127.0.0.1:$port
}

# guid N: the id of action N.
guid() {
  printf '%08x-1111-4222-8333-444444444444' "$1"
}

# action N [STATUS] [COMMAND_STATUS…]: action N, created in minute N, with a RunScript for each command status.
action() {
  local number=$1 status=${2:-Succeeded}
  shift
  [ $# -eq 0 ] || shift
  [ $# -gt 0 ] || set -- Completed
  jq -n --arg id "$(guid "$number")" --arg status "$status" --argjson number "$number" '{
    "@odata.context": "x", id: $id, type: "LiveResponse", title: null, requestor: "soar@corp.example",
    requestorComment: "IR-7", status: $status, machineId: "m\($number % 3)", computerDnsName: "ws-\($number % 3).corp.example",
    creationDateTimeUtc: (1790000000 + 60 * $number | todate), lastUpdateDateTimeUtc: (1790000001 + 60 * $number | todate),
    commands: [$ARGS.positional | to_entries[] | {index: .key, startTime: null, endTime: null, commandStatus: .value, errors: [],
      command: {type: "RunScript", params: [{key: "ScriptName", value: "list-\(.key).ps1"}]}}]}' --args "$@" \
    >"service/actions/$(guid "$number").json"
}

# result N INDEX TEXT: what that command gave.
result() {
  transcript "list-$2.ps1" "$3" >"service/blobs/$(guid "$1")_$2"
}

# fetch ARGS…: exit 0; stdout and stderr in files out and err.
fetch() {
  run_exit 0 fetch --api-url "$URL" --blob-hosts 127.0.0.1 "$@"
}

# fetch_exit STATUS ARGS…
fetch_exit() {
  local status=$1
  shift
  run_exit "$status" fetch --api-url "$URL" --blob-hosts 127.0.0.1 "$@"
}

# requests JQ_CONDITION: how many that fits.
requests() {
  jq -s "[.[] | select($1)] | length" service/log.jsonl
}

# verb_exit STATUS VERB ARGS…: another verb that asks the service.
verb_exit() {
  local status=$1 verb=$2
  shift 2
  run_exit "$status" "$verb" --api-url "$URL" --blob-hosts 127.0.0.1 "$@"
}

# faults RULE…: what the service does wrong from now on, in jq's notation. Its counts go by a rule's place: once a test.
faults() {
  local IFS=,
  jq -n "[$*]" >service/faults.new
  mv service/faults.new service/faults.json
}

# by_hand SECONDS: from now on the program's clock, and the service's, is one that only waiting moves.
by_hand() {
  export LRARCHIVE=$ROOT/$BUILD/tests/lrarchive-by-hand CLOCK_FILE=$PWD/service/clock
  set_clock "$CLOCK_FILE" "$1"
}

# set_clock FILE SECONDS: since 1970.
set_clock() {
  python3 -c 'import struct, sys; open(sys.argv[1], "wb").write(struct.pack("<q", int(sys.argv[2]) * 1000000))' "$@"
}

# until_true COMMAND…: waits for it, ten seconds at most.
until_true() {
  for _ in {1..200}; do
    "$@" && return
    sleep 0.05
  done
  fail "never came true: $*"
}

# jwt CLAIMS: a token that nobody has signed.
jwt() {
  local part
  for part in '{"alg":"none"}' "$1"; do
    printf %s "$part" | base64 -w 0 | tr '+/' '-_' | tr -d '='
    printf .
  done
  printf x
}
