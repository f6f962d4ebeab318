"""A query of a whole table, cut into batches by record ids (PK chunking)."""

import re
from typing import TYPE_CHECKING

from salesforce_simulator.bulk.v1.model import Batch, ClassicJob
from salesforce_simulator.clock import to_stamp

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

# Behind every id: the alphabet of ids ends with "z".
_LAST = "zzzzzzzzzzzzzzz"


def cut(org: "Org", job: ClassicJob, batch: Batch) -> list[Batch]:
    """Return a batch for each chunk of the object's ids; one even where there is no record."""
    ids = sorted(row["Id"] for row in org.store(job.object_name).rows(deleted=True))
    starts = ids[:: job.chunk_size] or [""]
    return [
        _part(org, job, batch, first_id=first, before_id=before)
        for first, before in zip(starts, [*starts[1:], _LAST], strict=True)
    ]


def holds(batch: Batch, record_id: str) -> bool:
    """Tell whether a record is among those of a batch; every one is unless the query is cut."""
    return not batch.before_id or batch.first_id <= record_id < batch.before_id


def _part(org: "Org", job: ClassicJob, whole: Batch, *, first_id: str, before_id: str) -> Batch:
    return Batch(
        id=org.jobs.new_part_id("751"),
        job_id=job.id,
        created=to_stamp(org.now()),
        content=_within(whole.content.decode(), first_id, before_id).encode(),
        first_id=first_id,
        before_id=before_id,
    )


def _within(query: str, first_id: str, before_id: str) -> str:
    """The query of a part, as its request is shown."""
    bounds = f"Id >= '{first_id[:15]}' AND Id < '{before_id[:15]}'"
    start, *condition = re.split(r"\s+where\s+", query.strip(), maxsplit=1, flags=re.IGNORECASE)
    inner = f"({condition[0]}) AND " if condition else ""
    return f"{start} WHERE {inner}{bounds}"
