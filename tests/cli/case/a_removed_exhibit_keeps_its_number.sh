# Numbers are given in the order of adding and to nobody else; who comes back is who it was, however it comes back.
run init >/dev/null
for n in 1 2 3 4; do transcript "s$n.ps1" "output $n\n" >"$n.json"; done
run ingest -q --case IR-7 1.json
run ingest -q 2.json 3.json 4.json
run case add ir-7 2 3 >/dev/null
run case remove IR-7 2 3 >/dev/null
equal 1 "$(run list --in-case IR-7 | tail -n +2 | grep -c .)"
run case add IR-7 4 >/dev/null
run case add IR-7 3 >/dev/null
run ingest -q --case IR-7 2.json
equal "IR-7-0001
IR-7-0002
IR-7-0003
IR-7-0004" "$(sql 'SELECT exhibit FROM case_items ORDER BY 1')"
equal "$(sha256sum <2.json | cut -d' ' -f1)" "$(sql "SELECT package_sha256 FROM case_items WHERE exhibit = 'IR-7-0002'")"
# What is there already, or is not, changes nothing.
lines=$(ledger .number | wc -l)
run_exit 0 case add IR-7 2
contains err "already in case IR-7"
run case remove IR-7 4 >/dev/null
run_exit 0 case remove IR-7 4
contains err "not in case IR-7"
equal $((lines + 1)) "$(ledger .number | wc -l)"
