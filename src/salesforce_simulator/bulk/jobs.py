"""Jobs, their states, and the list of them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from salesforce_simulator.clock import to_stamp
from salesforce_simulator.errors import ApiError, not_found
from salesforce_simulator.ids import make_id, normal_id

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

OPEN, COMPLETE_UPLOAD, IN_PROGRESS = "Open", "UploadComplete", "InProgress"
DONE, FAILED, ABORTED = "JobComplete", "Failed", "Aborted"
ENDS = frozenset({DONE, FAILED, ABORTED})

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
    """One job of either kind. `files` holds its result files by name, as text.

    version: the API version that made it, which alone may read its results. pages: of a query,
    the lines of the result without the header.
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

    @property
    def separator(self) -> str:
        return DELIMITERS[self.delimiter]

    @property
    def line_end(self) -> str:
        return LINE_ENDINGS[self.line_ending]

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
            "concurrencyMode": "Parallel",
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

    def new_id(self) -> str:
        with self._lock:
            self._last += 1
            return make_id("750", self._last)

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.id] = job

    def get(self, job_id: str, *, kind: str) -> Job:
        """Return the job of an id in either form. ApiError NOT_FOUND if there is none."""
        found = self._jobs.get(normal_id(job_id) or "")
        if found is None or found.kind != kind:
            raise not_found()
        return found

    def all(self, *, kind: str) -> list[Job]:
        with self._lock:
            return [job for job in self._jobs.values() if job.kind == kind]

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

    def move(self, job: Job, state: str, *, of: tuple[str, ...]) -> bool:
        """Bring a job into a state if it is in one of these; tell whether it was."""
        with self._lock:
            if job.state not in of:
                return False
            job.state = state
            job.changed = to_stamp(self._org.clock())
            return True

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
