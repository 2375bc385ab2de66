# 46 MB on each side, of which either held whole would pass the limit; what counts is our own process, whatever diff takes.
run init >/dev/null
python3 - <<'P'
import json
for name, step in (('a', 1), ('b', 1000)):
    with open(name + '.json', 'w') as out:
        out.write('{"script_name":"' + name + '.ps1","script_output":"')
        for i in range(700000):
            out.write('%08d C:\\\\\\\\Windows\\\\\\\\System32\\\\\\\\svchost.exe -k netsvcs -p %06d%s\\n' % (i, i % 977, '!' if name == 'b' and i % 28000 == 7 else ''))
        out.write('"}')
P
run ingest -q a.json b.json
rm a.json b.json
[ "$(sql 'SELECT min(output_bytes) FROM results')" -gt 45000000 ] || fail "too small"
cat >peak.py <<'P'
import subprocess, sys, time
process = subprocess.Popen(sys.argv[1:], stdout=open('out', 'w'), stderr=open('err', 'w'))
peak = 0
while process.poll() is None:
    try:
        for line in open(f'/proc/{process.pid}/status'):
            if line.startswith('VmHWM:'):
                peak = max(peak, int(line.split()[1]))
    except OSError:
        pass
    time.sleep(0.005)
print(process.returncode, peak)
P
read -r status peak < <(python3 peak.py "$LRARCHIVE" diff 1 2)
equal 1 "$status"
equal 25 "$(grep -c '^@@' out)"
equal "25 25" "$(grep -c '^-0' out) $(grep -c '^+0' out)"
case $BUILD in *san*) ;; *) [ "$peak" -gt 0 ] && [ "$peak" -lt 40960 ] || fail "$peak KiB" ;; esac
