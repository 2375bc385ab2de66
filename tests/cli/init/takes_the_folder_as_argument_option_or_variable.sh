run init one >/dev/null
run init -a two >/dev/null
run init >/dev/null
ls one/FORMAT.txt two/FORMAT.txt archive/FORMAT.txt >/dev/null
run_exit 2 -a four init three
run --json init five | jq -e '.path == "five"' >/dev/null
equal "" "$(run -q init six)"
