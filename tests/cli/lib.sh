# shellcheck shell=bash
# What every CLI test may use. A test starts in its own empty folder and fails at the first command
# that fails. By default a command of ours must exit 0 with nothing on stderr.
set -euo pipefail
export LRARCHIVE_DIR=$PWD/archive

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# run ARGS…: exit 0, empty stderr; stdout goes on.
run() {
  local status=0
  "$LRARCHIVE" "$@" 2>stderr.run || status=$?
  [ "$status" -eq 0 ] || fail "lrarchive $*: exit $status: $(cat stderr.run)"
  [ ! -s stderr.run ] || fail "lrarchive $*: wrote to stderr: $(cat stderr.run)"
}

# run_exit STATUS ARGS…: that exit status; stdout in file out, stderr in file err.
run_exit() {
  local want=$1 status=0
  shift
  "$LRARCHIVE" "$@" >out 2>err || status=$?
  [ "$status" -eq "$want" ] || fail "lrarchive $*: exit $status, not $want: $(cat out err)"
}

# equal WANT GOT
equal() {
  [ "$1" = "$2" ] || fail "expected $(printf '%q' "$1"), got $(printf '%q' "$2")"
}

# contains FILE TEXT
contains() {
  grep -qF -- "$2" "$1" || fail "$1 does not hold $(printf '%q' "$2"): $(head -c 2000 "$1")"
}

# sql QUERY: stock sqlite3, read-only. Who opens a database after its last user reads the WAL anew, and SQLite
# lets nobody in meanwhile: sqlite3 waits for that only when it is told to.
sql() {
  sqlite3 -readonly -cmd '.timeout 10000' "$LRARCHIVE_DIR/history.db" "$1"
}

# ledger JQ_FILTER: over all ledger lines.
ledger() {
  cat "$LRARCHIVE_DIR"/ledger/*.jsonl | jq -r "$1"
}

# transcript NAME OUTPUT [ERROR] [EXIT]: a result package in JSON on stdout, OUTPUT as printf %b.
# As jq prints it; started only where a character needs more than the usual three escapes, since it takes as long as three of ours.
transcript() {
  local output text
  printf -v output '%b_' "$2"
  output=${output%_}
  text=$1$output${3:-}
  text=${text//[$'\n\r\t']/}
  if [[ $text == *[![:print:]]* || $text == *[\"\\]* ]]; then
    jq -cn --arg n "$1" --arg o "${output}_" --arg e "${3:-}" --argjson x "${4:-0}" \
      '{script_name:$n, exit_code:$x, script_output:$o[:-1], script_errors:$e}'
    return
  fi
  printf -v text '{"script_name":"%s","exit_code":%s,"script_output":"%s","script_errors":"%s"}' "$1" "${4:-0}" "$output" "${3:-}"
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  printf '%s\n' "${text//$'\t'/\\t}"
}
