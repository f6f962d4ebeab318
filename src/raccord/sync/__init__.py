"""The flow. A contact on its way out passes these files, in this order:

`contacts/changes.py` writes the contact and marks it due, in one transaction;
`tasks.py` is woken by a job (or, should that job be lost, by the sweep of each minute);
`outbound.py` tells the story top to bottom:
  `claim.py`   takes due items under a lease,
  `look.py`    reads the linked records, looks unlinked people up,
  `engine.plan` decides, purely,
  `depart.py`  notes on the link what is about to be sent,
  `send.py`    makes the calls, several at once, under a deadline,
  `settle.py`  stores what both sides now hold, or why not.
"""
