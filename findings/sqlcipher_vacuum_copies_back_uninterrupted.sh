#!/bin/bash
# What: sqlite3_interrupt breaks off a VACUUM only while it fills its temporary copy; once it copies the pages back it hears nothing, holds the write lock to the end, and ends without an error. A progress handler is not called in that half either.
# Version: sqlcipher3 0.6.4 (SQLCipher 4.19.0 community); CPython 3.11.
# Guess: a VACUUM can be broken off at any moment, as any other statement, since it is one transaction until it is committed.
# Seen: interrupted before its log grows: interrupted | interrupted while its log grows: done, the handler was called 0 times after that
# Here: unused space is erased by VACUUM INTO a copy and by the backup interface back, a few pages at a time: both can be dropped (store/erasing.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q sqlcipher3==0.6.4 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - "$folder" <<'PY'
import os
import sys
import threading
import time

from sqlcipher3 import dbapi2

LOG_BYTES = 2_000_000
path = f"{sys.argv[1]}/study.db"
connection = dbapi2.connect(path, isolation_level=None, check_same_thread=False)
connection.executescript("PRAGMA key = 'a quiet room'; PRAGMA journal_mode = WAL; PRAGMA temp_store = MEMORY;")
connection.execute("CREATE TABLE note (text)")
connection.execute("BEGIN")
connection.executemany("INSERT INTO note VALUES (?)", ((os.urandom(3000),) for _ in range(20_000)))
connection.execute("COMMIT")
connection.execute("DELETE FROM note WHERE rowid % 5 = 0")
connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
begun, over = threading.Event(), threading.Event()
calls = []


def interrupted(of_its_log):
    """What a VACUUM says that is interrupted as soon as its log has so many bytes, and how often its handler was asked after."""
    begun.clear()
    over.clear()
    calls.clear()
    asked_at = []

    def interrupt():
        begun.wait()
        while not over.is_set() and os.path.getsize(path + "-wal") < of_its_log:
            time.sleep(0.001)
        asked_at.append(len(calls))
        connection.interrupt()

    def asked():
        calls.append(1)
        begun.set()
        return 0

    thread = threading.Thread(target=interrupt)
    thread.start()
    connection.set_progress_handler(asked, 1000)
    try:
        connection.execute("VACUUM")
        said = "done"
    except dbapi2.OperationalError as fault:
        said = str(fault)
    over.set()
    thread.join()
    connection.set_progress_handler(None, 0)
    return said, len(calls) - asked_at[0]


early, late = interrupted(0)[0], interrupted(LOG_BYTES)
seen = f"interrupted before its log grows: {early} | interrupted while its log grows: {late[0]}, the handler was called {late[1]} times after that"
print(seen)
sys.exit(0 if (early, *late) == ("interrupted", "done", 0) else 1)
PY
