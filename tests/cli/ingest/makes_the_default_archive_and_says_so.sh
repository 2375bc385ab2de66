unset LRARCHIVE_DIR
export XDG_DATA_HOME=$PWD/data/home HOME=$PWD
transcript a.ps1 text >a.json
run_exit 4 list
contains err "no archive here; is the disk mounted?"
run_exit 0 ingest a.json
equal "archive made: $PWD/data/home/lrarchive" "$(cat err)"
run ingest a.json | grep -q ^duplicate
run list | grep -q a.ps1
unset XDG_DATA_HOME
run_exit 0 --json ingest a.json
jq -e --arg d "$PWD/.local/share/lrarchive" '.notice == "archive made: \($d)"' err >/dev/null
ls .local/share/lrarchive/FORMAT.txt >/dev/null
