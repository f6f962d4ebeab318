#!/bin/sh
# Print the first Python on this machine that Raccord can run on, or say what is missing.
# `make PYTHON=/path/to/python` chooses one by hand.

fit='import sys; sys.exit(sys.version_info < (3, 11))'
complete='import ensurepip, ssl, venv'
incomplete=''

for python in ${PYTHON:-python3.11 python3.12 python3.13 python3 python3.14 python}; do
    "$python" -c "$fit" 2>/dev/null || continue
    if "$python" -c "$complete" 2>/dev/null; then
        echo "$python"
        exit 0
    fi
    incomplete=${incomplete:-$python}
done

if [ -n "$incomplete" ]; then
    version=$("$incomplete" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "make: $incomplete cannot make a virtual environment: its venv module is incomplete." >&2
    echo "make: On Debian and Ubuntu: apt-get install python$version-venv" >&2
else
    echo "make: Raccord needs Python 3.11 or newer; none was found${PYTHON:+ as $PYTHON}." >&2
    echo "make: Install one, or name it: make PYTHON=/path/to/python3.12" >&2
fi
exit 1
