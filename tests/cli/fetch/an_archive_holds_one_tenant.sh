# A second tenant's results are refused (2), before anything is asked of the service, unless somebody says --mixed.
. "$ROOT/tests/fetch/lib.sh"
one=11111111-2222-3333-4444-555555555555 two=22222222-2222-3333-4444-555555555555
token=$(jwt "{\"tid\": \"$one\"}")
export TOKENS="$token"
serve
for number in 1 2 3; do
  action $number
  result $number 0 "text $number"
done
run init >/dev/null
fetch "$(guid 1)" --tenant $one
fetch_exit 2 "$(guid 2)" --tenant $two
contains err "this archive holds the results of tenant $one: fetch those of $two into another one (-a), or say --mixed"
equal 0 "$(requests ".path | contains(\"$(guid 2)\")")"
verb_exit 2 watch --once --tenant $two
fetch "$(guid 1)" --tenant ${one^^}
# The token tells its tenant, also of one that is named by its domain.
LRARCHIVE_TOKEN=$token fetch "$(guid 3)"
LRARCHIVE_TOKEN=$token fetch "$(guid 3)" --tenant contoso.example
LRARCHIVE_TOKEN=$token fetch_exit 7 "$(guid 3)" --tenant $two --mixed
contains err "the token is of tenant $one, not of $two: sign in there"
fetch "$(guid 2)" --tenant $two --mixed
fetch "$(guid 2)" --tenant $two
equal "$one $two" "$(sql 'SELECT DISTINCT tenant_id FROM results ORDER BY 1' | xargs)"
# It is known without its file, too.
rm archive/state/tenants
fetch_exit 2 "$(guid 2)" --tenant 33333333-2222-3333-4444-555555555555
