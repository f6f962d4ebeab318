"""A consistent copy of everything in one file, and back.

- ``archive`` is the form of the file: a PostgreSQL dump and what it says of itself, in a tar;
- ``making`` writes one and reads it back;
- ``restoring`` puts one into an empty database, which is then held (`installation.hold`).

The keys are not in it: who has a backup without them cannot reach any connected system.
"""
