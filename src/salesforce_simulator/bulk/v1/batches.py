"""/job/ID/batch: add a batch, list them, show one; its request and what came of it."""

from werkzeug.wrappers import Response

from salesforce_simulator.bulk.jobs import OPEN
from salesforce_simulator.bulk.v1 import work
from salesforce_simulator.bulk.v1.jobs import find_job
from salesforce_simulator.bulk.v1.model import COMPLETED, NOT_PROCESSED, Batch, ClassicJob
from salesforce_simulator.bulk.v1.notation import (
    JSON,
    XML,
    batch_answer,
    batch_list_answer,
    result_list_answer,
)
from salesforce_simulator.call import Call
from salesforce_simulator.clock import to_stamp
from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import normal_id

LARGEST_BATCH = 10_000_000
_TYPES = {"CSV": "text/csv", "XML": XML, "JSON": JSON}


def add(call: Call, job_id: str) -> Response:
    """Take a batch and queue it; 201 means that it arrived, not that it makes sense."""
    job = find_job(call, job_id)
    call.org.jobs.batches.check()
    content = _content(call)
    if job.state != OPEN:
        raise ApiError("INVALIDJOBSTATE", f"Can't add batch to {job.state} job")
    batch = Batch(
        id=call.org.jobs.new_part_id("751"),
        job_id=job.id,
        created=to_stamp(call.org.now()),
        content=content,
    )
    job.batches[batch.id] = batch
    call.org.jobs.batches.spend()
    # Told before the work begins: a small batch would be over before the answer is written.
    answer = batch_answer(job, batch, status=201)
    work.queue(call.org, job, batch)
    return answer


def list_batches(call: Call, job_id: str) -> Response:
    return batch_list_answer(find_job(call, job_id))


def show(call: Call, job_id: str, batch_id: str) -> Response:
    job, batch = _find(call, job_id, batch_id)
    return batch_answer(job, batch)


def show_request(call: Call, job_id: str, batch_id: str) -> Response:
    """The batch as it was sent."""
    job, batch = _find(call, job_id, batch_id)
    return Response(batch.content, content_type=_TYPES[job.content_type])


def show_result(call: Call, job_id: str, batch_id: str) -> Response:
    """What became of each row; of a query, the ids of its results."""
    job, batch = _find(call, job_id, batch_id)
    _check_done(batch)
    if job.is_query:
        return result_list_answer(job, batch)
    call.rows = batch.processed
    return Response(batch.result, content_type=_TYPES[job.content_type])


def show_query_result(call: Call, job_id: str, batch_id: str, result_id: str) -> Response:
    job, batch = _find(call, job_id, batch_id)
    _check_done(batch)
    found = batch.results.get(normal_id(result_id) or "")
    if found is None:
        raise ApiError("INVALIDBATCH", f"Invalid result id: {result_id}")
    call.rows = batch.processed
    return Response(found, content_type=_TYPES[job.content_type])


def _find(call: Call, job_id: str, batch_id: str) -> tuple[ClassicJob, Batch]:
    job = find_job(call, job_id)
    batch = job.batches.get(normal_id(batch_id) or "")
    if batch is None:
        raise ApiError("INVALIDBATCH", f"Invalid batch id: {batch_id}")
    return job, batch


def _check_done(batch: Batch) -> None:
    """Results are there once the batch is completed, or failed after some rows."""
    if batch.state == NOT_PROCESSED or (batch.state != COMPLETED and not batch.result):
        raise ApiError("INVALIDBATCH", f"Batch not completed: {batch.id} is {batch.state}")


def _content(call: Call) -> bytes:
    try:
        return call.body(limit=LARGEST_BATCH)
    except ApiError as refused:
        if refused.code != "REQUEST_TOO_LARGE":
            raise
        message = f"Failed to read request. Exceeded max size limit of {LARGEST_BATCH}"
        raise ApiError("REQUEST_TOO_LARGE", message) from refused
