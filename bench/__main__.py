"""`make bench`: contacts from a CSV file into the database, and from there into Salesforce.

    python -m bench [--contacts 10000 100000] [--latency 0 100]

Each line is one run in a fresh data folder with its own database, worker and simulated
organization, one after the other on this machine. Figures of two runs are comparable when they
come from one call; the machine's mood changes from day to day.
"""

from __future__ import annotations

import argparse

from bench.scenario import Figures, measure

HEADING = """\
| contacts | ms per call | stored/s | delivered/s | API calls | calls per 200 | {programs} |
|---:|---:|---:|---:|---:|---:|{dashes}"""
PROGRAMS = ("worker", "database", "simulator")


def main() -> None:
    """Run every combination and print one table line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--contacts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 100], help="ms per call")
    options = parser.parse_args()
    programs = " | ".join(f"{name}, MB / CPU s" for name in PROGRAMS)
    print(HEADING.format(programs=programs, dashes="---:|" * len(PROGRAMS)))
    for latency in options.latency:
        for contacts in options.contacts:
            print(_line(measure(contacts=contacts, latency=latency)), flush=True)


def _line(figures: Figures) -> str:
    per_200 = figures.calls * 200 / figures.contacts
    memory = " | ".join(
        f"{figures.peak_megabytes[name]:.0f} / {figures.processor[name]:.1f}" for name in PROGRAMS
    )
    return (
        f"| {figures.contacts:,} | {figures.latency} | {figures.stored_per_second:,.0f} "
        f"| {figures.delivered_per_second:,.0f} | {figures.calls:,} | {per_200:.2f} | {memory} |"
    )


if __name__ == "__main__":
    main()
