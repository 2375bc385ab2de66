# A session on a terminal: results, errors and files' names are escaped wherever the shell sends them, also
# after .once and .output; the line can be edited; prompts stand behind results.
run init >/dev/null
jq -cn '{script_name: "evil\u001b]0;title\u0007\u009b31m\u202egnp.ps1", exit_code: 0, script_output: "a\u001b[2J\rb\tc\nend\n"}' | run ingest -q -
cat >drive.py <<'P'
import os, pty, re, select, signal, sys, time

pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM='xterm', HOME=os.getcwd())
    os.execv(sys.argv[1], [sys.argv[1], 'shell'])
everything = b''

def wait_for(text, seconds=20):
    """What came up to and with the text."""
    global everything
    got, end = b'', time.time() + seconds
    while text not in got:
        assert time.time() < end, (text, got)
        if select.select([fd], [], [], 0.2)[0]:
            try:
                some = os.read(fd, 65536)
            except OSError:
                some = b''
            assert some, (text, got)
            got += some
            everything += some
    return got

PROMPT = b'sqlite> '

def ask(line, prompt=PROMPT):
    os.write(fd, line.encode() + b'\r')
    return re.sub(rb'\x1b\[\?2004[hl]\r?', b'', wait_for(prompt))

banner = wait_for(PROMPT)
assert b'SQLite version' in banner and banner.endswith(PROMPT), banner
name = rb'evil\x1b]0;title\x07\u009b31m\u202egnp.ps1'
assert name + b'\r\n' in ask('SELECT script_name FROM results;')
assert b'a\\x1b[2J\\rb\tc\r\nend\r\n' in ask('SELECT script_output FROM results;')
assert b'output|1|a\\x1b[2J\\rb\tc\r\noutput|2|end\r\n' in ask('SELECT * FROM output_lines(1);')
# sqlite3 begins a new line of the cell at a control character.
ask('.mode box')
assert rb' \u009b31m\u202egnp.ps1 ' in ask('SELECT script_name, 1 AS n FROM results;')
ask('.mode list')
# Errors quote what they are about.
assert b'\\x1b[31m' in ask("SELECT json_extract('{}', (SELECT '$' || char(27) || '[31m'));")
# Where results go after .once and .output is the terminal again.
ask('.once once.txt')
ask('SELECT script_name FROM results;')
assert name in ask('SELECT script_name FROM results;')
ask('.output out.txt')
ask('SELECT script_name FROM results;')
ask('.output')
assert name in ask('SELECT script_name FROM results;')
assert b'\\x1b[31m' in ask('.shell printf "\\033[31m"')
# Lines: over several, edited, from the history.
assert b'1|2\r\n' in ask('SELECT 1,', b'...> ') + ask('2;')
assert b'\r\n42\r\n' in ask('SELECT 43\x7f2;')
assert b'\r\n42\r\n' in ask('\x1b[A')
# A long answer comes whole before the prompt.
answer = ask('WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n;')
assert re.search(rb'\r\n19999\r\n20000\r\nsqlite> $', answer), answer[-100:]
# Ctrl-C ends the query and not the session.
os.write(fd, b'WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\r')
time.sleep(0.5)
os.write(fd, b'\x03')
assert b'interrupted' in wait_for(PROMPT)
assert b'\r\n1\r\n' in ask('SELECT 1;')
os.write(fd, b'.exit 5\r')
_, status = os.waitpid(pid, 0)
assert os.waitstatus_to_exitcode(status) == 5, status

# Only what readline needs to move the cursor is live.
live = re.sub(rb'\x1b\[(\?2004[hl]|\d*[ABCDJKPm@])|\x1b\(B', b'', everything)
assert b'\x1b' not in live and b'\x9b' not in live and b'\x07' not in live and b'\xe2\x80\xae' not in live, live[:2000]
assert open('once.txt', 'rb').read() == 'evil\x1b]0;title\x07\u009b31m\u202egnp.ps1\n'.encode()
assert open('out.txt', 'rb').read() == open('once.txt', 'rb').read()
P
python3 drive.py "$LRARCHIVE"
