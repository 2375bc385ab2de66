# Whenever and wherever it is made, also after it was handed over; with another time it is another file.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run checkpoint --key key -o checkpoint.txt
first=$(run export IR-7 -o first.zip --checkpoint checkpoint.txt --key key.pub --time 2026-03-01T12:00:00Z)
second=$(TZ=Asia/Tokyo SOURCE_DATE_EPOCH=1772366400 run export ir-7 -o second.zip --checkpoint checkpoint.txt --key key.pub)
equal "${first%% *}" "${second%% *}"
run export IR-7 -o third.zip --to 'the court' --reason 'order 7' --checkpoint checkpoint.txt --key key.pub \
  --time 2026-03-01T12:00:00Z -q >/dev/null
cmp first.zip third.zip
cp -a archive copy
run -a copy rebuild -q
run -a copy export IR-7 -o fourth.zip --checkpoint checkpoint.txt --key key.pub --time 2026-03-01T12:00:00Z >/dev/null
cmp first.zip fourth.zip
run export IR-7 -o later.zip --checkpoint checkpoint.txt --key key.pub --time 2026-03-01T12:00:02Z >/dev/null
! cmp -s first.zip later.zip || fail "the time is not in it"
# What was done to the case since is not in that checkpoint.
run case note -q IR-7 'something new'
run_exit 2 export IR-7 -o fifth.zip --checkpoint checkpoint.txt --key key.pub
contains err 'the case has changed since that checkpoint'
[ ! -e fifth.zip ] || fail "half an export"
