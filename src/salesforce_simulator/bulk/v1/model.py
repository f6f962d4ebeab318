"""A job of Bulk API 1.0 and its batches.

A batch is queued as it arrives and carried out at once, in the order of the job's batches, on one
thread per job. Closing a job only means that no batch follows.
"""

from collections import deque
from dataclasses import dataclass, field

from salesforce_simulator.bulk.jobs import Job

KIND = "classic"
QUEUED, WORKING, COMPLETED = "Queued", "InProgress", "Completed"
BATCH_FAILED, NOT_PROCESSED = "Failed", "NotProcessed"
QUERIES = frozenset({"query", "queryAll"})


@dataclass(slots=True, kw_only=True)
class Batch:
    """A piece of a job. message: why it failed. result: of a writing batch, as it is fetched;
    results: of a query, by their ids."""

    id: str
    job_id: str
    created: str
    content: bytes
    state: str = QUEUED
    changed: str = ""
    message: str = ""
    processed: int = 0
    failed: int = 0
    milliseconds: int = 0
    result: bytes = b""
    results: dict[str, bytes] = field(default_factory=dict)
    first_id: str = ""
    before_id: str = ""


@dataclass(slots=True, kw_only=True)
class ClassicJob(Job):
    """A job of batches, in the order they came. chunk_size: 0 unless a query is cut by ids."""

    content_type: str
    assignment_rule_id: str | None = None
    batches: dict[str, Batch] = field(default_factory=dict)
    waiting: deque[Batch] = field(default_factory=deque)
    at_work: bool = False

    @property
    def is_query(self) -> bool:
        return self.operation in QUERIES

    def count(self, *states: str) -> int:
        """How many batches are in one of these states."""
        return sum(1 for each in list(self.batches.values()) if each.state in states)
