"""Long random runs on the real stack, after which nothing may be lost, doubled or left apart.

    make soak SEEDS=5                 five seeds
    python -m soak --seed 17          one of them again

One seed is one installation of its own (`stage.py`): PostgreSQL, two worker processes that wait
less long than usual (`haste.py`), a simulated organization over HTTP. In each of its rounds both
sides are edited through the ways that people use (`people.py`), deletions taken back, merges and
consents included, while messages tell of it badly (`pushes.py`), calls fail, workers are killed and
the organization restarts (`storm.py`); then all is left to come to rest (`rest.py`), and
everything is compared (`checks.py`, with what the organization wrote down: `history.py`).
"""
