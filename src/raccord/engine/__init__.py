"""Pure decisions: standard library only, no framework, no network, no clock.

Whatever a function here needs (the time, a token, a describe) is passed in; whatever it
decides is returned as a frozen dataclass of `records.py`. That is what lets the dry run and
the real run be the same code, and what lets property tests cover the rules completely.
"""
