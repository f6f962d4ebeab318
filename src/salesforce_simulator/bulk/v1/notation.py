"""What jobs, batches and refusals look like: the same content as XML or as JSON."""

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from salesforce_simulator.bulk.v1.model import (
    BATCH_FAILED,
    COMPLETED,
    QUEUED,
    WORKING,
    Batch,
    ClassicJob,
)
from salesforce_simulator.call import Call
from salesforce_simulator.clock import with_z
from salesforce_simulator.errors import ApiError

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
# Without the charset that REST adds: clients compare the whole header.
XML, JSON = "application/xml", "application/json"

# The API's own names of what the rest of the simulator refuses in other words.
_CODES = {
    "INVALID_SESSION_ID": ("InvalidSessionId", "Invalid session id"),
    "INVALID_AUTH_HEADER": ("InvalidSessionId", "Unable to find session id"),
    "REQUEST_LIMIT_EXCEEDED": ("ExceededQuota", ""),
    "API_DISABLED_FOR_ORG": ("FeatureNotEnabled", "Async API not enabled"),
    "API_CURRENTLY_DISABLED": ("FeatureNotEnabled", "Async API not enabled"),
    "FEATURENOTENABLED": ("FeatureNotEnabled", ""),
    "JSON_PARSER_ERROR": ("ClientInputError", ""),
    "REQUEST_TOO_LARGE": ("ClientInputError", ""),
    "SERVER_UNAVAILABLE": ("ServerUnavailable", ""),
    "UNKNOWN_EXCEPTION": ("Unknown", ""),
    "NOT_FOUND": (
        "InvalidUrl",
        "Destination URL not reset. The URL returned from login must be set",
    ),
    "EXCEEDEDQUOTA": ("ExceededQuota", ""),
    "INVALIDBATCH": ("InvalidBatch", ""),
    "INVALIDJOB": ("InvalidJob", ""),
    "INVALIDJOBSTATE": ("InvalidJobState", ""),
    "INVALIDOPERATION": ("InvalidOperation", ""),
    "INVALIDXML": ("InvalidXML", ""),
}


def says_json(call: Call) -> bool:
    """A caller that speaks JSON is answered in JSON, everyone else in XML."""
    said = call.request.headers.get("Content-Type", "") or call.request.headers.get("Accept", "")
    return "json" in said.lower()


def refuse(call: Call, refused: ApiError) -> Response:
    """Answer a refusal in this API's words: 400 for all that the caller did wrong."""
    code, message = _CODES.get(refused.code, ("ClientInputError", ""))
    said = {
        "exceptionCode": code,
        "exceptionMessage": message or refused.message.removeprefix(f"{code} : "),
    }
    status = refused.status if refused.status >= 429 else 400
    response = _written("error", said, as_json=says_json(call), status=status)
    response.headers.extend(refused.headers)
    response.headers.pop("WWW-Authenticate", None)
    return response


def job_answer(call: Call, job: ClassicJob, *, status: int = 200) -> Response:
    return _written("jobInfo", _job(job), as_json=says_json(call), status=status)


def batch_answer(job: ClassicJob, batch: Batch, *, status: int = 200) -> Response:
    """Batches are told in the form of the job's content, whatever the caller speaks."""
    return _written("batchInfo", _batch(batch), as_json=job.content_type == "JSON", status=status)


def batch_list_answer(job: ClassicJob) -> Response:
    batches = [_batch(each) for each in list(job.batches.values())]
    if job.content_type == "JSON":
        return _json({"batchInfo": batches})
    inner = "".join(
        f"\n <batchInfo>{_elements(each, indent='  ')}\n </batchInfo>" for each in batches
    )
    return _xml(f'<batchInfoList\n   xmlns="{NAMESPACE}">{inner}\n</batchInfoList>')


def result_list_answer(job: ClassicJob, batch: Batch) -> Response:
    """The ids of a query's results."""
    if job.content_type == "JSON":
        return _json(list(batch.results))
    inner = "".join(f"<result>{each}</result>" for each in batch.results)
    return _xml(f'<result-list xmlns="{NAMESPACE}">{inner}</result-list>')


def _job(job: ClassicJob) -> dict[str, Any]:
    batches = list(job.batches.values())
    milliseconds = sum(each.milliseconds for each in batches)
    return {
        "id": job.id,
        "operation": job.operation,
        "object": job.object_name,
        "createdById": job.user_id,
        "createdDate": job.created,
        "systemModstamp": job.changed or job.created,
        "state": job.state,
        "externalIdFieldName": job.key or None,
        "concurrencyMode": job.concurrency,
        "contentType": job.content_type,
        "numberBatchesQueued": job.count(QUEUED),
        "numberBatchesInProgress": job.count(WORKING),
        "numberBatchesCompleted": job.count(COMPLETED),
        "numberBatchesFailed": job.count(BATCH_FAILED),
        "numberBatchesTotal": len(batches),
        "numberRecordsProcessed": sum(each.processed for each in batches),
        "numberRetries": 0,
        "apiVersion": float(job.version),
        "assignmentRuleId": job.assignment_rule_id,
        "numberRecordsFailed": sum(each.failed for each in batches),
        "totalProcessingTime": milliseconds,
        "apiActiveProcessingTime": milliseconds,
        "apexProcessingTime": 0,
    }


def _batch(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "jobId": batch.job_id,
        "state": batch.state,
        "stateMessage": batch.message or None,
        "createdDate": batch.created,
        "systemModstamp": batch.changed or batch.created,
        "numberRecordsProcessed": batch.processed,
        "numberRecordsFailed": batch.failed,
        "totalProcessingTime": batch.milliseconds,
        "apiActiveProcessingTime": batch.milliseconds,
        "apexProcessingTime": 0,
    }


def _written(
    name: str, content: Mapping[str, Any], *, as_json: bool, status: int = 200
) -> Response:
    if as_json:
        return _json(content, status=status)
    inner = _elements(content, indent=" ")
    return _xml(f'<{name}\n   xmlns="{NAMESPACE}">{inner}\n</{name}>', status=status)


def _elements(content: Mapping[str, Any], *, indent: str) -> str:
    """The elements of what is known; XML leaves out what JSON says is null."""
    return "".join(
        f"\n{indent}<{name}>{escape(with_z(str(value)))}</{name}>"
        for name, value in content.items()
        if value is not None
    )


def _xml(text: str, *, status: int = 200) -> Response:
    return Response((HEAD + text).encode(), status=status, content_type=XML)


def _json(content: Any, *, status: int = 200) -> Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status=status, content_type=JSON)
