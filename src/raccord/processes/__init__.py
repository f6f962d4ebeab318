"""The processes of one installation, and how they start, watch one another and end.

- ``embedded_database`` runs PostgreSQL from a wheel when no DATABASE_URL is given;
- ``supervisor`` starts web, workers and whatever else is listed, restarts and stops them;
- ``web_server`` and ``worker`` are the bodies of two of those processes;
- ``watchdog`` ends a worker that lost its database, so that the supervisor starts a fresh one;
- ``last_will`` ends what is left behind when the process that should have ended it was killed;
- ``ports`` finds free ports and says who is in the way.
"""
