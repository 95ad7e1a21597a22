#!/bin/bash
# What: PRAGMA cipher_memory_security is no setting of a connection and can't be taken back: switched on by one, it is on for every other connection of the process, those opened later too, and OFF is taken without an error and changes nothing.
# Version: sqlcipher3 0.6.4 (SQLCipher 4.19.0 community); CPython 3.11.
# Guess: a pragma that takes ON and OFF can be switched off again, and, as most do, holds for the connection that it is given to.
# Seen: at first: 0, 0 | after the second switched it on and was closed: 1 | after OFF: 1 | opened afterwards, after OFF: 1
# Here: never switched on; the text of the key is wiped as it is given (store/database.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q sqlcipher3==0.6.4 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

from sqlcipher3 import dbapi2


def opened(name):
    connection = dbapi2.connect(f"{sys.argv[1]}/{name}", isolation_level=None)
    connection.execute("PRAGMA key = 'a quiet room'")
    connection.execute("CREATE TABLE note (text)")
    return connection


def state(connection):
    return connection.execute("PRAGMA cipher_memory_security").fetchone()[0]


first, second = opened("first.db"), opened("second.db")
seen = [f"at first: {state(first)}, {state(second)}"]
second.execute("PRAGMA cipher_memory_security = ON")
second.close()
seen.append(f"after the second switched it on and was closed: {state(first)}")
first.execute("PRAGMA cipher_memory_security = OFF")
seen.append(f"after OFF: {state(first)}")
third = opened("third.db")
third.execute("PRAGMA cipher_memory_security = OFF")
seen.append(f"opened afterwards, after OFF: {state(third)}")
print(" | ".join(seen))
expected = ["at first: 0, 0", "after the second switched it on and was closed: 1", "after OFF: 1"]
sys.exit(0 if seen == [*expected, "opened afterwards, after OFF: 1"] else 1)
PY
