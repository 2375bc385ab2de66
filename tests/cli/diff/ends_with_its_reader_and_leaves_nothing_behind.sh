run init >/dev/null
seq 100000 | jq -Rcs '{script_name: "s.ps1", script_output: .}' | run ingest -q -
seq 100000 | sed 's/^/x/' | jq -Rcs '{script_name: "s.ps1", script_output: .}' | run ingest -q -
mkdir tmp
before=$(find archive | sort)
TMPDIR=$PWD/tmp "$LRARCHIVE" diff 1 2 2>err | head -n 3 >out || [ "${PIPESTATUS[0]}" -eq 1 ]
equal 3 "$(wc -l <out)"
[ ! -s err ] || fail "$(cat err)"
equal "" "$(ls tmp)"
equal "$before" "$(find archive | sort)"
# A diff that fails or is missing is an error, and no answer.
mkdir bin
run_with() { status=0; PATH=$1 "$LRARCHIVE" diff 1 2 >out 2>err || status=$?; equal 4 "$status"; }
run_with "$PWD/bin"
contains err 'install diffutils'
printf '#!/bin/sh\ncat >/dev/null\necho "no memory" >&2\nexit 2\n' >bin/diff
chmod +x bin/diff
run_with "$PWD/bin:$PATH"
contains err 'no memory'
printf '#!/bin/sh\nkill -9 $$\n' >bin/diff
run_with "$PWD/bin:$PATH"
contains err 'signal 9'
printf '#!/bin/sh\ncat >/dev/null\necho 5z7\n' >bin/diff
run_with "$PWD/bin:$PATH"
contains err '5z7'
