"""What a source has installed on its side, put there, looked after and taken away by us.

`installing.py` and `removing.py` begin a run, `runs.py` tells how it stands, `leases.py` says who
works on it, `carrying_out.py` takes it from step to step. `looking_after.py` then asks every hour
how the plug-in is doing (`health.py` says what that means), keeps the list of watched fields over
there equal to the mapping (`watching.py` works it out), and hands on a new secret.
"""
