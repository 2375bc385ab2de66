# Names that a spreadsheet, a terminal or a reader of lines would stumble over.
run init >/dev/null
python3 - <<'END'
import json
names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\ufeff=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201",
         'a,"b"\r\n;=1', "a\x00\x1b[31m\u202e\u2028", "\U0001f600"]
for number, name in enumerate(names):
    with open(f"{number:02}.json", "w", encoding="utf-8") as file:
        json.dump({"script_name": name, "exit_code": -1, "script_output": name}, file)
END
run ingest -q --case IR-7 --machine '=ws-1' --operator '@op' --note '=1+1' [0-9]*.json >/dev/null
run_exit 0 key new -o key --name ann@corp.example
run_exit 0 export IR-7 -o case.zip --key key
unzip -q case.zip -d bag
cd bag/* || exit 1
python3 - <<'END'
import csv
import json
rows = [json.loads(line) for line in open("data/results.jsonl", encoding="utf-8")]
table = list(csv.DictReader(open("data/results.csv", encoding="utf-8", newline=""), strict=True))
assert len(rows) == len(table) == 16, (len(rows), len(table))
for row, record in zip(rows, table):
    assert record.keys() == row.keys()
    for name, value in record.items():
        if isinstance(row[name], int):
            assert value == str(row[name]), (name, value)
            continue
        assert not value.lstrip(" \t\r\n\ufeff\u3000").startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20")), (name, value)
        assert not any(c < " " and c not in "\t\n" or c in "\x7f\u202e\u2028\ufeff" for c in value), (name, value)
    assert record["script_name"].startswith("'") == (row["script_name"][0] not in "a\U0001f600"), record["script_name"]
    assert record["machine_name"] == "'=ws-1" and row["machine_name"] == "=ws-1"
    assert record["exit_code"] == "-1"
assert [row["script_name"] for row in rows][:4] == ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"]
for name in ("exhibits", "timeline"):
    for line in open(f"data/{name}.jsonl", "rb").read().split(b"\n")[:-1]:
        json.loads(line)
for line in open("data/timeline.jsonl", encoding="utf-8"):
    message = json.loads(line)["message"]
    assert message.isprintable(), message
END
