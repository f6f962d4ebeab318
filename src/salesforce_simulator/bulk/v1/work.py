"""What a batch does: writes its records, or finds those that its query asks for."""

import threading
import time
from typing import TYPE_CHECKING

from salesforce_simulator.bulk.jobs import ABORTED
from salesforce_simulator.bulk.rows import PER_TRANSACTION, Outcome
from salesforce_simulator.bulk.v1 import chunks, results
from salesforce_simulator.bulk.v1.model import (
    BATCH_FAILED,
    COMPLETED,
    NOT_PROCESSED,
    QUEUED,
    WORKING,
    Batch,
    ClassicJob,
)
from salesforce_simulator.bulk.v1.records import rows
from salesforce_simulator.clock import to_stamp
from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.run import columns, run

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


def queue(org: "Org", job: ClassicJob, batch: Batch) -> None:
    """Have a batch carried out after those that wait already."""
    with org.lock:
        job.waiting.append(batch)
        if job.at_work:
            return
        job.at_work = True
    threading.Thread(target=_work, args=(org, job), name=f"bulk-{job.id}", daemon=True).start()


def _work(org: "Org", job: ClassicJob) -> None:
    while True:
        with org.lock:
            if not job.waiting:
                job.at_work = False
                return
            batch = job.waiting.popleft()
        _carry_out(org.seen_by(job.user_id), job, batch)


def _carry_out(org: "Org", job: ClassicJob, batch: Batch) -> None:
    with org.lock:
        # A batch that waited while its job was aborted is not processed.
        if batch.state != QUEUED:
            return
        batch.state = NOT_PROCESSED if job.state == ABORTED else WORKING
    if batch.state == NOT_PROCESSED:
        return
    began = time.monotonic()
    try:
        state = _query(org, job, batch) if job.is_query else _write(org, job, batch)
    except ApiError as refused:
        batch.message = refused.message
        state = BATCH_FAILED
    batch.milliseconds = int((time.monotonic() - began) * 1000)
    batch.changed = to_stamp(org.now())
    batch.state = state


def _write(org: "Org", job: ClassicJob, batch: Batch) -> str:
    """Write the rows in transactions small enough to let others in between."""
    writes = rows(org.store(job.object_name).kind, job, batch)
    outcomes: list[Outcome] = []
    while len(outcomes) < len(writes) and job.state != ABORTED:
        chunk = writes[len(outcomes) : len(outcomes) + PER_TRANSACTION]
        with org.transaction(job.actor) as transaction:
            done = [write(transaction) for write in chunk]
        if job.operation == "hardDelete":
            org.empty_bin([each.record_id for each in done if each.refused is None])
        outcomes += done
        batch.processed = len(outcomes)
        batch.failed += sum(1 for each in done if each.refused is not None)
    batch.result = results.told(job, outcomes)
    if len(outcomes) == len(writes):
        return COMPLETED
    batch.message = "Aborted"
    return BATCH_FAILED


def _query(org: "Org", job: ClassicJob, batch: Batch) -> str:
    text = batch.content.decode("utf-8", errors="replace")
    deleted = job.operation == "queryAll"
    try:
        with org.lock:
            table = columns(org, text, deleted=deleted)
            if table.object_name != job.object_name:
                message = f"the query is of {table.object_name}, the job of {job.object_name}"
                raise ApiError("MALFORMED_QUERY", message)
            if job.chunk_size and not batch.before_id:
                return _cut(org, job, batch)
            found = run(org, text, deleted=deleted, version=job.version)
            kept = [row for row in found.rows if chunks.holds(batch, row["Id"])]
            records = [] if job.content_type == "CSV" else [found.render(row) for row in kept]
    except ApiError as refused:
        message = f"InvalidBatch : Failed to process query: {refused.code}: {refused.message}"
        raise ApiError("InvalidBatch", message) from refused
    if job.content_type == "CSV":
        content = results.found_csv(table, kept)
    elif job.content_type == "JSON":
        content = results.found_json(org.schema, records)
    else:
        content = results.found_xml(records)
    batch.results[org.jobs.new_part_id("752")] = content
    batch.processed = len(kept)
    return COMPLETED


def _cut(org: "Org", job: ClassicJob, batch: Batch) -> str:
    """Put batches of fewer ids in the place of a batch that asks for all."""
    parts = chunks.cut(org, job, batch)
    org.jobs.batches.spend(len(parts))
    job.batches.update({part.id: part for part in parts})
    job.waiting.extend(parts)
    return NOT_PROCESSED
