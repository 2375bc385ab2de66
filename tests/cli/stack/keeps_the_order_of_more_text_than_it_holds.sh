# 40 MB of distinct lines are given in rounds; nothing is lost or out of order between them.
run init >/dev/null
python3 - <<'P'
import json, random
random.seed(1)
rows = {}
for machine in range(6):
    lines = []
    for i in range(12000):
        number = random.randrange(60000)
        lines.append('%06d' % (number * 7919 % 60000) + '.' * (300 + number % 1700))
    for line in lines:
        rows.setdefault(line, set()).add(machine)
    json.dump({'script_name': 's.ps1', 'script_output': '\n'.join(lines)}, open(f'{machine}.json', 'w'))
with open('want', 'w') as out:
    for line, machines in sorted(rows.items(), key=lambda row: (len(row[1]), row[0])):
        out.write('%d\t%s\t%s\n' % (len(machines), ', '.join('ws-%d' % m for m in sorted(machines)), line))
P
for i in 0 1 2 3 4 5; do run ingest -q --machine "ws-$i" "$i.json"; done
[ "$(wc -c <want)" -gt 40000000 ] || fail "too little"
run stack -q | tail -n +2 | cut -f 1,3,4 >got
cmp want got
head -n 1000 want >want.head
run stack -q --limit 1000 | tail -n +2 | cut -f 1,3,4 | cmp want.head -
