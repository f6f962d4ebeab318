"""The error centre: what was refused, by cause, with what to do about it there and then.

`listing.py` shows the causes, `behind.py` one of them with the records behind it; `words.py` puts
both into words. `trying.py` tries a whole group again and shows how far that is, `mending.py` cuts
texts or sends a value where ours is empty, `leaving.py` leaves a cause aside. Nothing is decided
here: see `raccord.sync.parked`.
"""
