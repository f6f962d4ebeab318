"""Importing a file of contacts: a wizard of six steps, each a file and an address of its own.

1. `upload.py` takes the file, which makes a draft;
2. `reading.py` asks how it is read, 3. `columns.py` where its columns go, 4. `rules.py` what the
   import may do; `deciding.py` keeps the answers with the draft;
5. `preview.py` shows what would happen, and imports it once a person says so;
6. `progress.py` shows how far it is and what came of it; `rejects.py` gives the refused lines back.

`runs.py` lists them all; `empty_file.py` is where somebody without a file begins.
"""
