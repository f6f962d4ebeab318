"""A whole set-up as one file: `raccord apply FILE.yaml`, `raccord export`.

`document.py` says what such a file may hold, `source.py` and `reading.py` turn a file into it (or
into errors that name file, line and key), `applying.py` makes the installation agree with it,
stage by stage, and `exporting.py` writes the file that would lead back to what is set up now.
"""
