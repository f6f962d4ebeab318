"""Jobs, their states, and the list of them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from salesforce_simulator.bulk.allowance import DAILY_BATCHES, DAILY_QUERY_JOBS, Allowance
from salesforce_simulator.clock import from_stamp, to_stamp
from salesforce_simulator.errors import ApiError, not_found
from salesforce_simulator.events.origin import change_origin
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.transaction import Actor

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

OPEN, COMPLETE_UPLOAD, IN_PROGRESS = "Open", "UploadComplete", "InProgress"
DONE, FAILED, ABORTED = "JobComplete", "Failed", "Aborted"
CLOSED = "Closed"
ENDS = frozenset({DONE, FAILED, ABORTED, CLOSED})
KEPT = timedelta(days=7)

DELIMITERS = {
    "COMMA": ",",
    "TAB": "\t",
    "PIPE": "|",
    "SEMICOLON": ";",
    "CARET": "^",
    "BACKQUOTE": "`",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


@dataclass(slots=True, kw_only=True)
class Job:
    """One job of any kind. `files` holds its result files by name, as text.

    version: the API version that made it, which alone may read its results. client: who calls,
    as Sforce-Call-Options names it. lines: of a query, the result without the header.
    """

    id: str
    kind: str
    operation: str
    object_name: str
    user_id: str
    version: str
    created: str
    delimiter: str
    line_ending: str
    state: str
    key: str = ""
    client: str | None = None
    query: str = ""
    changed: str = ""
    content: bytes | None = None
    processed: int = 0
    failed: int = 0
    milliseconds: int = 0
    error: str = ""
    files: dict[str, str] = field(default_factory=dict)
    header: str = ""
    lines: list[str] = field(default_factory=list)
    concurrency: str = "Parallel"
    chunk_size: int = 0

    @property
    def job_type(self) -> str:
        return {"ingest": "V2Ingest", "query": "V2Query"}.get(self.kind, "Classic")

    @property
    def separator(self) -> str:
        return DELIMITERS[self.delimiter]

    @property
    def line_end(self) -> str:
        return LINE_ENDINGS[self.line_ending]

    @property
    def actor(self) -> Actor:
        """Who writes the job's records."""
        return Actor(
            user_id=self.user_id,
            client=self.client,
            version=self.version,
            origin=change_origin("bulkapi", self.version, self.client),
        )

    def info(self) -> dict[str, Any]:
        """What every answer about a job says."""
        said: dict[str, Any] = {
            "id": self.id,
            "operation": self.operation,
            "object": self.object_name,
            "createdById": self.user_id,
            "createdDate": self.created,
            "systemModstamp": self.changed or self.created,
            "state": self.state,
            "concurrencyMode": self.concurrency,
            "contentType": "CSV",
            "apiVersion": float(self.version),
        }
        if self.key:
            said["externalIdFieldName"] = self.key
        return said


class Jobs:
    """The jobs of an org, the oldest first, and the threads that carry them out."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._last = 0
        self._last_part = 0
        self.batches = Allowance(org, name="ApiBatchItems", limit=DAILY_BATCHES)
        self.queries = Allowance(org, name="ApiBulkV2QueryJobs", limit=DAILY_QUERY_JOBS)

    def new_id(self) -> str:
        with self._lock:
            self._last += 1
            return make_id("750", self._last)

    def new_part_id(self, prefix: str) -> str:
        """Return an id for a batch (751) or a result (752)."""
        with self._lock:
            self._last_part += 1
            return make_id(prefix, self._last_part)

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.id] = job

    def find(self, job_id: str) -> Job | None:
        """Return the job of an id in either form, or None."""
        self._forget_old()
        return self._jobs.get(normal_id(job_id) or "")

    def get(self, job_id: str, *, kind: str) -> Job:
        """Return the job of an id in either form. ApiError NOT_FOUND if there is none."""
        found = self.find(job_id)
        if found is None or found.kind != kind:
            raise not_found()
        return found

    def all(self) -> list[Job]:
        self._forget_old()
        with self._lock:
            return list(self._jobs.values())

    def remove(self, job: Job) -> None:
        """Forget a job that came to an end. ApiError if it has not."""
        if job.state not in ENDS:
            message = f"Delete not allowed: job is in state {job.state}"
            raise ApiError("INVALIDJOBSTATE", message)
        with self._lock:
            self._jobs.pop(job.id, None)

    def clear(self) -> None:
        with self._lock:
            for job in self._jobs.values():
                job.state = ABORTED
            self._jobs.clear()
        self.batches.reset()
        self.queries.reset()

    def move(self, job: Job, state: str, *, of: tuple[str, ...]) -> bool:
        """Bring a job into a state if it is in one of these; tell whether it was."""
        with self._lock:
            if job.state not in of:
                return False
            job.state = state
            job.changed = to_stamp(self._org.now())
            return True

    def _forget_old(self) -> None:
        """Forget jobs that came to their end a week ago."""
        limit = self._org.now() - KEPT
        with self._lock:
            for job in list(self._jobs.values()):
                if job.state in ENDS and from_stamp(job.changed or job.created) < limit:
                    del self._jobs[job.id]

    def carry_out(self, job: Job, work: Callable[[Job], None]) -> None:
        """Do a job's work on a thread of its own; what refuses it fails the job."""
        threading.Thread(
            target=self._carry_out, args=(job, work), name=f"bulk-{job.id}", daemon=True
        ).start()

    def _carry_out(self, job: Job, work: Callable[[Job], None]) -> None:
        if not self.move(job, IN_PROGRESS, of=(COMPLETE_UPLOAD,)):
            return
        try:
            work(job)
        except ApiError as refused:
            job.error = refused.message
            self.move(job, FAILED, of=(IN_PROGRESS,))
        else:
            self.move(job, DONE, of=(IN_PROGRESS,))
        job.content = None
