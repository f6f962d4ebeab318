"""A zip handed to the Metadata API, and what the org says of it while it works on it.

Metadata API guide, "Deploy Metadata with REST": one part with the options, one with the zip; then
the deployment is asked about by its id, which an org remembers for some weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import orjson

from raccord.connectors.plug_in import Part, Progress
from raccord.connectors.salesforce import errors
from raccord.connectors.salesforce.calls import Calls
from raccord.connectors.salesforce.plug_in.package import API
from raccord.engine.errors import Failure, RemoteGone

# Of the version that the files are written for.
DEPLOYMENTS = f"/services/data/v{API}/metadata/deployRequest"

# The zip is compressed, so no part of it can look like this by chance that matters.
_BOUNDARY = "raccord-3f9c1f0d5be24a7d9a6e"
_MOST_PARTS = 500


def start(calls: Calls, packed: bytes, *, tests: Sequence[str] = (), removes: bool = False) -> str:
    """Hand over a zip: all of it or nothing. Gives the id to ask `look` about.

    removes: it takes components away; one that is not there is as good as removed.
    """
    options: dict[str, object] = {"rollbackOnError": True, "singlePackage": True}
    if removes:
        options["ignoreWarnings"] = True
    if tests:
        options |= {"testLevel": "RunSpecifiedTests", "runTests": list(tests)}
    form = _form(orjson.dumps({"deployOptions": options}), packed)
    # Twice is harmless, so an unanswered call is simply made again: not `writes`.
    said = calls.call("POST", DEPLOYMENTS, form=form)
    if not isinstance(said, dict) or not isinstance(said.get("id"), str):
        raise errors.malformed(writes=False)
    return str(said["id"])


def look(calls: Calls, deployment: str) -> Progress:
    """How far a deployment is; RemoteGone if the org knows it no more."""
    try:
        said = calls.call("GET", f"{DEPLOYMENTS}/{quote(deployment, safe='')}?includeDetails=true")
    except Failure as failure:
        if failure.code in ("salesforce.INVALID_ID_FIELD", "salesforce.NOT_FOUND"):
            raise RemoteGone(failure.code, failure.params, failure.detail) from None
        raise
    result = said.get("deployResult") if isinstance(said, dict) else None
    if not isinstance(result, dict):
        raise errors.malformed(writes=False)
    return Progress(
        done=_number(result, "numberComponentsDeployed") + _number(result, "numberTestsCompleted"),
        total=_number(result, "numberComponentsTotal") + _number(result, "numberTestsTotal"),
        finished=result.get("done") is True,
        succeeded=result.get("success") is True,
        parts=tuple(_parts(result.get("details")))[:_MOST_PARTS],
        problem=str(result.get("errorMessage") or "")[:500],
    )


def _form(options: bytes, packed: bytes) -> tuple[str, bytes]:
    """Both parts, as the guide shows them."""
    opening = f"--{_BOUNDARY}\r\n".encode()
    body = (
        opening
        + b'Content-Disposition: form-data; name="json"\r\n'
        + b"Content-Type: application/json\r\n\r\n"
        + options
        + b"\r\n"
        + opening
        + b'Content-Disposition: form-data; name="file"; filename="plugin.zip"\r\n'
        + b"Content-Type: application/zip\r\n\r\n"
        + packed
        + f"\r\n--{_BOUNDARY}--\r\n".encode()
    )
    return f"multipart/form-data; boundary={_BOUNDARY}", body


def _parts(details: object) -> Iterator[Part]:
    """What the org says of each component and each test, what failed first."""
    if not isinstance(details, dict):
        return
    tests = details.get("runTestResult")
    tests = tests if isinstance(tests, dict) else {}
    for each in _objects(details, "componentFailures"):
        yield _component(each, succeeded=False)
    for each in _objects(tests, "failures"):
        name = f"{each.get('name', '')}.{each.get('methodName', '')}"
        yield Part("ApexTest", name[:255], succeeded=False, problem=_text(each.get("message")))
    for each in _objects(tests, "codeCoverageWarnings"):
        name = str(each.get("name") or "")
        yield Part("ApexTest", name[:255], succeeded=False, problem=_text(each.get("message")))
    for each in _objects(details, "componentSuccesses"):
        # The manifest is listed as well, though it is no component.
        if each.get("componentType"):
            yield _component(each, succeeded=True)


def _component(each: Mapping[str, object], *, succeeded: bool) -> Part:
    return Part(
        type=str(each.get("componentType") or "")[:80],
        name=str(each.get("fullName") or "")[:255],
        succeeded=succeeded,
        problem=_text(each.get("problem")),
        line=_number(each, "lineNumber"),
    )


def _objects(holder: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """A list; the API gives one object alone where there is only one."""
    found = holder.get(name)
    listed = found if isinstance(found, list) else [found]
    return [each for each in listed if isinstance(each, dict)]


def _text(value: object) -> str:
    return str(value or "")[:500]


def _number(holder: Mapping[str, object], name: str) -> int:
    value = holder.get(name)
    return value if isinstance(value, int) else 0
