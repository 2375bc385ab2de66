run init >/dev/null
put() { transcript services.ps1 "$3" | run ingest -q --machine "$1" --observed "$2" "${@:4}" -; }
put ws-1 2026-03-01 'common\ntwice\ntwice\nb rare\n'
put ws-2 2026-03-01 'common\ntwo\n'
put ws-3 2026-03-01 'common\ntwo\na rare'
put WS-3 2026-03-02 'common\na rare\n'
transcript other.ps1 'not asked for' | run ingest -q --machine ws-1 -
run_exit 0 stack --script services.ps1
printf 'MACHINES\tRESULTS\tWHICH\tLINE
1\t2\tws-3\ta rare
1\t1\tws-1\tb rare
1\t1\tws-1\ttwice
2\t2\tws-2, ws-3\ttwo
3\t4\tws-1, ws-2, ws-3\tcommon\n' >want
diff want out
equal 'stacked 4 results of 3 machines, 5 distinct lines' "$(cat err)"
run stack -q --script services.ps1 --limit 2 | diff <(head -n 3 want) -
run stack -q --script services.ps1 --most 2 | diff <(head -n 5 want) -
run stack -q --script services.ps1 --most 2 --limit 9 | diff <(head -n 5 want) -
run stack -q --script services.ps1 --until 2026-03-02 --machine ws-3 | cut -f 2 | sort -u | diff - <(printf '1\nRESULTS\n')
run_exit 1 stack -q --script services.ps1 --ignore .
run_exit 2 stack --limit 0
run_exit 2 stack --most x
run_exit 2 stack something
