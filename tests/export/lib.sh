# shellcheck shell=bash
# For tests of export: a key, and a case with some of everything.

# export_key: key, key.pub and key.pub.pem of ann@corp.example.
export_key() {
  run key new -q -o key --name ann@corp.example >/dev/null
}

# export_case: archive/ with case IR-7: a transcript with output and error, one of a large machine action, a ZIP with two, a
# fetched file, an action; and packages of another case.
export_case() {
  run init >/dev/null
  transcript list.ps1 'one\ntwo\r\nsvchost.exe' 'an error' 3 >a.json
  transcript 'two.ps1' 'second\n' '' >b1.json
  transcript 'three.ps1' 'third\n' 'bad' 1 >b2.json
  python3 -c 'import zipfile; z = zipfile.ZipFile("b.zip", "w"); z.write("b1.json"); z.write("b2.json")'
  head -c 3000 /dev/zero | tr '\0' 'M' >sample.bin
  transcript other.ps1 'of another case\n' >other.json
  jq -n '{id: "5382f7ea-7557-4ab7-9782-d50480024a4e", type: "LiveResponse", status: "Succeeded", requestor: "ann@corp.example",
    requestorComment: "IR-7", machineId: "0123456789012345678901234567890123456789", computerDnsName: "ws-9.corp.example",
    creationDateTimeUtc: "2026-02-04T14:18:52Z", lastUpdateDateTimeUtc: "2026-02-04T14:20:52Z", commands: [{index: 0,
      startTime: "2026-02-04T14:19:01.53Z", endTime: "2026-02-04T14:19:07Z", commandStatus: "Completed", errors: [],
      command: {type: "RunScript", params: [{key: "ScriptName", value: "list.ps1"}]}}]}' >action.json
  run ingest -q action.json
  run ingest -q --case IR-7 --action 5382f7ea-7557-4ab7-9782-d50480024a4e --index 0 --note 'from the portal' a.json
  run ingest -q --machine ws-2 b.zip
  run ingest -q --machine ws-3 --case OTHER other.json
  run ingest -q --machine ws-2 sample.bin
  run ingest -q --machine ws-4 a.json
  run case create -q IR-7 --title 'The case of IR-7' --reference TICKET-9
  run case add -q IR-7 "$(sha256sum b.zip | cut -c 1-16)" "$(sha256sum action.json | cut -c 1-16)" --reason 'seen on both' >/dev/null
}

# unpacked FILE: unzips into a new folder and prints the one folder in it.
unpacked() {
  rm -rf unpacked
  unzip -q -d unpacked "$1" >&2
  echo unpacked/*
}
