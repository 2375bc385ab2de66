run init >/dev/null
jq -cn '{script_name: "e\u001b[31m.ps1", exit_code: 0, script_output: "x"}' | run ingest -q -
cp "$LRARCHIVE" lrarchive
echo 'SELECT 1;' | ./lrarchive shell >out 2>err
equal 1 "$(cat out)"
contains err 'lrarchive.so'
echo 'SELECT 1;' | ./lrarchive -q shell 2>err | cmp - out
[ ! -s err ] || fail "$(cat err)"
# On a terminal still nothing is live.
echo 'SELECT script_name FROM results;' | script -qec './lrarchive shell' /dev/null | tr -d '\r' >screen
contains screen 'no line editing'
contains screen 'e\x1b[31m.ps1'
LC_ALL=C grep -q $'\e' screen && fail "live: $(cat -v screen)"

# Installed, it lies in ../lib/lrarchive. A folder's name may hold anything.
mkdir -p $'pre"f \\ix\'/bin' $'pre"f \\ix\'/lib/lrarchive'
mv lrarchive $'pre"f \\ix\'/bin'
cp "${LRARCHIVE%/*}/lrarchive.so" $'pre"f \\ix\'/lib/lrarchive'
echo 'SELECT count(*) FROM output_lines(1);' | $'pre"f \\ix\'/bin/lrarchive' shell >out 2>err
[ ! -s err ] || fail "$(cat err)"
equal 1 "$(cat out)"
