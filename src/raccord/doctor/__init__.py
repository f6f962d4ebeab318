"""`raccord doctor`: looks at everything an installation needs, and says what to do.

- ``findings`` has the form of an answer;
- ``surroundings`` looks at the configuration, the versions and the disk;
- ``database`` at the server, the tables, the keys and the clock;
- ``background`` at the work that goes on by itself;
- ``outside`` at the mail server and at each connection;
- ``examination`` asks them all, also where one of them fails.

No check prints a secret: what comes from elsewhere is shown as the kind of error only.
"""
