"""The error centre's side of the flow: what was refused, by cause, and what can be done about it.

`groups.py` counts what waits by cause and lists what is behind one; `replaying.py` tries all of it
again, a few first; `remedies.py` tells what a field mapping can do about it; `aside.py` leaves a
cause alone until somebody takes it back. What a person has to decide is not an error and
stays in `decisions.py`.
"""
