# What is said of the packages stands with them, and in what receipt they came.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1 Succeeded Completed Completed
result 1 0 one
result 1 1 two
run init >/dev/null
fetch "$(guid 1)" --case IR-7 --note 'night shift' --operator anna
equal "anna|night shift|3" "$(sql 'SELECT operator, note, count(*) FROM acquisitions GROUP BY 1, 2')"
equal 2 "$(run list --in-case IR-7 --operator anna --json | wc -l)"
tar -xOf archive/evidence/*.tar.gz receipts/3.json >receipt.json
contains receipt.json "127.0.0.1"
contains receipt.json '"night shift"'
equal "" "$(jq -r '.. | strings | select(test("sig=|Bearer"))' receipt.json)"
LRARCHIVE_OPERATOR=berta fetch "$(guid 1)" --again
equal "anna berta" "$(sql 'SELECT DISTINCT operator FROM acquisitions ORDER BY 1' | xargs)"
