mkdir base parser evidence schema cmd
echo '#include "parser/package.h"' >base/text.c
echo '#include "evidence/ledger.h"' >parser/json.c
echo '#include <sqlite3.h>' >cmd/list.c
echo '#include <elsewhere.h>' >schema/store.c
printf '/* printf( in a comment */\nconst char *a = "printf(";\nvoid f(void) { printf("x"); }\n' >evidence/member.c
if "$ROOT/scripts/check-layering" . >offences; then fail "nothing was found"; fi
equal 5 "$(wc -l <offences)"
contains offences 'base/text.c: includes "parser/package.h"'
contains offences 'parser/json.c: includes "evidence/ledger.h"'
contains offences 'cmd/list.c: <sqlite3.h> belongs in: schema/*'
contains offences 'schema/store.c: <elsewhere.h>'
contains offences 'evidence/member.c: only cmd/ prints'
