"""The processes of one installation, and how they start, watch one another and end.

- ``environment`` completes what the user has set: a data folder, a running database;
- ``own_database`` asks the database that the user named before a command begins;
- ``embedded_database`` runs PostgreSQL from a wheel when no DATABASE_URL is given, with the
  programs that ``postgres_programs`` finds there;
- ``supervisor`` starts the ``programs`` of an installation, restarts and stops them;
- ``web_server`` and ``worker`` are the bodies of two of those;
- ``watchdog`` ends a worker that lost its database, so that the supervisor starts a fresh one;
- ``last_will`` ends what is left behind when the process that should have ended it was killed;
- ``only_one`` keeps a second run of the same thing from starting;
- ``ports`` finds free ports and says who is in the way.
"""
