"""What the control API under /simulator switches in the org: settings, rules, sharing, acts.

`control.py` has what concerns calls and faults. A wrong wish is answered with 400 and a sentence.
"""
