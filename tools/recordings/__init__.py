"""Compares the simulator's answers with recorded answers of real orgs, key by key.

python -m tools.recordings FOLDER     print what differs; exit status 1 if anything does

The recordings are not part of the project: FOLDER holds them. What cannot agree is listed, with
the reason, in `exceptions.py`.
"""
