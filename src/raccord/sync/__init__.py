"""The flow. A contact on its way out passes these files, in this order:

`contacts/changes.py` writes the contact and marks it due, in one transaction;
`tasks.py` is woken by a job (or, should that job be lost, by the `sweep.py` of each minute);
`outbound.py` tells the story top to bottom:
  `claim.py`   takes due items under a lease,
  `look.py`    reads the linked records, looks unlinked people up,
  `decide.py`  carries the plans of `engine.plan` over into what is to be done,
  `agree.py`   stores what holds without a call, `moving.py` what goes on in another transfer,
  `depart.py`  notes on the link what is about to be sent,
  `send.py`    makes the calls, several at once, under a deadline,
  `settle.py`  stores what both sides now hold, or why not; `deliveries.py` counts it.

Each step says for people what it has moved: `delivery_rows.py` has the entries, `delivery_log.py`
writes them, `timeline.py` and `field_elsewhere.py` read them.

A change over there passes these, and then the ones above, which merge both sides:

`poll.py`      reads what changed, from where `readings.py` says it stands,
`receive.py`   or is told so at once, by a signed message,
`passing_on.py` has the contacts of known records looked at directly,
`inbox.py`     keeps a hint for each other record that says something new,
`inbound.py`   tells the story: whose record is it (`whose.py`), what follows (`meeting.py`,
               `made_of_theirs.py`),
               what is to be waited for (`early.py`),
`due.py`       asks for the look.

`reconcile/` compares both sides as a whole, and asks for a look at what differs without a rule.

`parked/` counts by cause what was refused, and tries a whole cause again, a few first.

Each run begins in `opening.py`. Around it: `activate.py` and `backfill.py` (what is captured,
and what was there before),
`troubles.py` and `failure_limit.py` (what stops, and for how long), `replay.py` and
`link_by_hand.py`, `deletions.py`, `one_person.py` (what a person decides), `status.py`.
"""
