"""What an ingest job does: row by row, in transactions small enough to let others in between.

A row that is refused is a line of the failed results; only a file that makes no sense as a whole
fails the job.
"""

import time
from itertools import islice
from typing import TYPE_CHECKING

from salesforce_simulator.bulk import csv_form
from salesforce_simulator.bulk.jobs import ABORTED, Job
from salesforce_simulator.bulk.rows import PER_TRANSACTION, Outcome, read_columns, write_cells

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

# The platform cuts a file into batches of this size and counts those.
PER_BATCH = 10_000
SUCCESSFUL, REFUSED, UNPROCESSED = "successfulResults", "failedResults", "unprocessedrecords"


def write(org: "Org", job: Job) -> None:
    """Carry an ingest job out. ApiError fails it as a whole."""
    began = time.monotonic()
    content = job.content or b""
    header, rows = csv_form.read(job, content)
    columns = read_columns(job, org.store(job.object_name).kind, header)
    sent = csv_form.header_line(job, content, header)
    out = {
        SUCCESSFUL: [f'"sf__Id"{job.separator}"sf__Created"{job.separator}{sent}'],
        REFUSED: [f'"sf__Id"{job.separator}"sf__Error"{job.separator}{sent}'],
        UNPROCESSED: [sent],
    }
    while chunk := list(islice(rows, PER_TRANSACTION)):
        if job.state == ABORTED:
            out[UNPROCESSED] += [csv_form.written(job, row) for row in chunk]
            continue
        with org.transaction(job.actor) as writes:
            outcomes = [write_cells(writes, job, columns, row) for row in chunk]
        for row, outcome in zip(chunk, outcomes, strict=True):
            _tell(job, row, outcome, out)
        if job.operation == "hardDelete":
            org.empty_bin([each.record_id for each in outcomes if each.refused is None])
        job.processed += len(chunk)
    org.jobs.batches.spend(max(1, -(-job.processed // PER_BATCH)))
    job.files = {name: "".join(lines) for name, lines in out.items()}
    job.milliseconds = int((time.monotonic() - began) * 1000)


def _tell(job: Job, row: list[str], outcome: Outcome, out: dict[str, list[str]]) -> None:
    if outcome.refused is not None:
        job.failed += 1
        out[REFUSED].append(csv_form.written(job, [outcome.record_id, outcome.wording, *row]))
        return
    created = str(outcome.created).lower()
    out[SUCCESSFUL].append(csv_form.written(job, [outcome.record_id, created, *row]))
