#!/bin/bash
# What: where a person's keyringrc.cfg, or PYTHON_KEYRING_BACKEND, chooses a backend whose package is not installed in this environment, get_password raises ModuleNotFoundError: keyring falls back to no other backend, and a handler of its own KeyringError does not see it.
# Version: keyring 25.7.0; CPython 3.11.
# Guess: a library that chooses among backends, and has a null and a failing one, passes over one that is missing, or raises a KeyringError when a password is asked for.
# Seen: nothing chosen: None or a KeyringError | chosen in keyringrc.cfg: ModuleNotFoundError | chosen in the environment: ModuleNotFoundError
# Here: whatever is raised, import included, counts as no keyring, and the passphrase is asked for (tui/keychain.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q keyring==25.7.0 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
cat >"$folder/ask.py" <<'PY'
import keyring
from keyring.errors import KeyringError

try:
    print(keyring.get_password("a service", "somebody"))
except KeyringError:
    print("None")
except Exception as error:
    print(type(error).__name__)
PY
mkdir -p "$folder/none" "$folder/chosen/python_keyring"
printf '[backend]\ndefault-keyring=keyrings.alt.file.PlaintextKeyring\n' >"$folder/chosen/python_keyring/keyringrc.cfg"
ask() { env -u PYTHON_KEYRING_BACKEND XDG_CONFIG_HOME="$folder/$1" ${2:+"$2"} "$folder/venv/bin/python" "$folder/ask.py"; }
seen="$(ask none) | $(ask chosen) | $(ask none PYTHON_KEYRING_BACKEND=keyrings.alt.file.PlaintextKeyring)"
echo "$seen"
[ "$seen" = "None | ModuleNotFoundError | ModuleNotFoundError" ]
