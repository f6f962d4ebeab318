"""What waits for a person to decide: the list, and the answers.

`listing.py` shows a page of it, both sides read in one call for each data transfer; `conflicts.py`
and `records.py` put one thing to decide into words. `answering.py` takes the answer about one
contact, `answering_all.py` the same answer for a field of all contacts shown, `recognising.py` what
becomes of a record that nobody could be told to stand for; `broken_pairs.py` and `parting.py` do
both for what a deletion or a merge left. Nothing is decided here: see `raccord.sync.answers`,
`meet_by_hand`, `deletions` and `one_person`.
"""
