"""Acts on many contacts: the same edit for all of a selection, or their deletion.

A person chooses contacts on a list, sees how many they are and what will happen, and confirms. The
story in files:

1. `choosing.py` freezes the selection: what is counted and shown is what will be done, however the
   contacts change meanwhile. A huge one is frozen by a worker;
2. `edits.py` says what may be done to a field of many contacts, and what is refused at once;
   `foreseeing.py` counts what it will run into;
3. `deciding.py` keeps what was decided, lets it begin once it is confirmed, and cancels it;
4. `working.py` does it, 2,000 contacts per transaction, under a lease (`contacts/turns.py`);
5. `changes.py`, one floor up, writes the contacts.

`forgetting.py` drops what nobody confirmed, and what is left of a selection that is over.
"""

from raccord.contacts.bulk.choosing import choose
from raccord.contacts.bulk.deciding import cancel, confirm, decide, stamp
from raccord.contacts.bulk.edits import EditHow, FieldEdit, edits_of
from raccord.contacts.bulk.forgetting import forget
from raccord.contacts.bulk.working import work

__all__ = [
    "EditHow",
    "FieldEdit",
    "cancel",
    "choose",
    "confirm",
    "decide",
    "edits_of",
    "forget",
    "stamp",
    "work",
]
