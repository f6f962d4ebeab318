"""Pure decisions: standard library only, no framework, no network, no clock.

Whatever a function here needs (the time, a token, a describe) is passed in; whatever it
decides is returned as a frozen dataclass of `records.py`. That is what lets the dry run and
the real run be the same code, and what lets property tests cover the rules completely.

    values      parse a value (`parsing`), compare it, store it; the unique key
    schema      what the other side says about its fields
    mapping     a value out or in through a pair of fields; do the two sides agree
                (`transforms`: the named conversions, `compatibility`: which pairs may be mapped)
    plan        what is written for one contact, and why:
                `matching` finds the counterpart, or `creation` makes one; per field `explain`
                says what became of what was sent, and `merge` decides, by `consent` where it is
                somebody's yes or no
    batching    writes cut to what one call takes
    retry       a failure, and when to try again
    errors, sentences   what can go wrong, and how it is told
"""
