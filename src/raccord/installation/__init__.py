"""What this installation is, whether it is the original, and what it must remember of itself.

- ``models`` has the one row that says so, and the register of people who were erased;
- ``key_check`` tells whether the vault's keys are those that the database's secrets need;
- ``traits`` reads what a restored or copied database cannot keep: its own birthmark, its place;
- ``marker`` is the note in the data folder of how far the database had come;
- ``starting`` puts these together when a process starts, and once a minute;
- ``hold`` is asked before anything is exchanged with another system, and takes a person's answer.
"""
