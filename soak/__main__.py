"""`make soak SEEDS=n`: n seeds one after the other, and one JSON object as the last line.

    python -m soak [--seeds 5] [--first 1] [--rounds 2] [--seconds 10]
    python -m soak --seed 17

Ends with status 0 only if nothing was lost, doubled, left apart or echoed, and no consent was
turned into its opposite. What was found is printed with its seed; the same seed does the same
things in the same order again, but not at the same moments: a race may need several tries.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter

from soak.checks import Findings
from soak.play import Told, run


def main() -> None:
    """Run the seeds that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--rounds", type=int, default=2, help="storms, each followed by rest")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long a storm is")
    options = parser.parse_args()
    first = options.first if options.seed is None else options.seed
    count = options.seeds if options.seed is None else 1
    total: Counter[str] = Counter(runs=0, changes=0, **Findings().counts())
    began = time.monotonic()
    for seed in range(first, first + count):
        told = run(seed, rounds=options.rounds, seconds=options.seconds)
        _print(seed, told)
        total.update(runs=1, changes=told.changes, **told.findings.counts())
    seconds = round(time.monotonic() - began)
    print(json.dumps({**total, "seconds": seconds}), flush=True)
    sys.exit(0 if not any(total[kind] for kind in Findings().counts()) else 1)


def _print(seed: int, told: Told) -> None:
    counts = ", ".join(f"{kind} {number}" for kind, number in told.findings.counts().items())
    print(f"seed {seed}: {told.changes} changes, {len(told.story)} troubles; {counts}", flush=True)
    if not told.findings.none():
        for kind, found in vars(told.findings).items():
            for each in found[:20]:
                print(f"  {kind}: {each}")
        print(f"  replay: python -m soak --seed {seed}; {', '.join(told.story)}", flush=True)


if __name__ == "__main__":
    main()
