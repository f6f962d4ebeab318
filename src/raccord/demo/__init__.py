"""The demo: an installation beside a simulated organization, set up from files in `examples/`.

`scenery.py` knows the files and fixed names, `seeding.py` fills an installation with them,
`rehearsal.py` runs the whole path once without a browser: it waits in `settling.py` and asks
`counting.py` what happened.
"""
