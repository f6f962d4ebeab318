"""What tests and demonstrations set about events."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class EventSettings:
    """What tests and demonstrations set; /simulator/events shows and changes it.

    paused: events are kept back until it is false again. duplicate_next, gap_next: how many of
    the next events come twice, or without their values. refuse_next: how many of the next calls of
    the Pub/Sub API are answered UNAVAILABLE. overflow_after: how many changes one
    transaction may tell. merge: neighbouring records with the same change share an event.
    keepalive_seconds: how often an idle stream gets an empty answer; idle_seconds: when a stream
    that wants nothing is closed.
    """

    paused: bool = False
    duplicate_next: int = 0
    gap_next: int = 0
    refuse_next: int = 0
    overflow_after: int = 100_000
    merge: bool = True
    keepalive_seconds: int = 60
    idle_seconds: int = 60
