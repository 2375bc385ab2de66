# Each filter of --all alone, and some together; --since and the requestor are the service's to judge, also with a quote in it.
. "$ROOT/tests/fetch/lib.sh"
serve
for number in 1 2 3 4; do action $number; done
change() {
  jq "$2" "service/actions/$(guid "$1").json" >new && mv new "service/actions/$(guid "$1").json"
}
change 1 '.requestor = "o'"'"'hara@corp.example" | .requestorComment = "IR-8 night"'
change 2 '.commands[0].command.params[0].value = "Get-Users.ps1"'
run init >/dev/null
wanted() {
  local want=$1
  shift
  fetch --all --dry-run "$@"
  equal "$want" "$(cut -f 2 out | sed 's/^0*//; s/-.*//' | sort -n | xargs)"
}
wanted "1 2 3 4"
wanted "3 4" --since "$(jq -r .creationDateTimeUtc "service/actions/$(guid 3).json")"
contains service/log.jsonl "creationDateTimeUtc ge 2026-09-21T"
wanted "1 2 3 4" --since 2026-09-21
wanted "1 4" --machine ws-1
wanted "1 4" --machine WS-1.corp.example
wanted "1 4" --machine 'ws-[1]*'
wanted "2" --machine m2
wanted "" --machine ws
wanted "2" --script get-users.ps1
wanted "1 3 4" --script 'LIST-?.ps1'
wanted "1" --requestor "o'hara@corp.example"
contains service/log.jsonl "requestor eq 'o''hara@corp.example'"
wanted "" --requestor "O'Hara@corp.example"
wanted "2 3 4" --requestor soar@corp.example
wanted "1" --comment 'ir-8*'
wanted "2 3 4" --comment IR-7
wanted "4" --comment 'IR-7' --machine ws-1
wanted "" --script get-users.ps1 --machine ws-1
