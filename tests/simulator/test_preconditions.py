"""Conditional requests: by entity tag for accounts, by date for every record."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.rest.preconditions import Verdict, judge, tag
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
moments = st.integers(-3, 3).map(lambda minutes: NOON + minutes * MINUTE)
tags = st.sampled_from([tag(number) for number in range(3)])


def header(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@given(modified=moments, asked=moments, writes=st.booleans())
def test_dates_judge_both_ways(modified: datetime, asked: datetime, writes: bool) -> None:
    since = judge({"If-Modified-Since": header(asked)}, modified=modified, writes=writes)
    until = judge({"If-Unmodified-Since": header(asked)}, modified=modified, writes=writes)
    stale = Verdict.FAILED if writes else Verdict.NOT_MODIFIED
    assert since is (Verdict.GO_ON if modified > asked else stale)
    assert until is (Verdict.FAILED if modified > asked else Verdict.GO_ON)


@given(own=tags, listed=st.lists(tags, min_size=1), writes=st.booleans())
def test_a_list_of_tags_is_matched_by_any_of_them(
    own: str, listed: list[str], writes: bool
) -> None:
    text = ", ".join(listed)
    inside = own in listed
    stale = Verdict.FAILED if writes else Verdict.NOT_MODIFIED
    matched = judge({"If-Match": text}, modified=NOON, etag=own, writes=writes)
    assert matched is (Verdict.GO_ON if inside else Verdict.FAILED)
    unmatched = judge({"If-None-Match": text}, modified=NOON, etag=own, writes=writes)
    assert unmatched is (stale if inside else Verdict.GO_ON)


@given(own=tags, later=moments)
def test_tags_outweigh_dates(own: str, later: datetime) -> None:
    headers = {"If-Match": own, "If-Unmodified-Since": header(later - 9 * MINUTE)}
    assert judge(headers, modified=later, etag=own) is Verdict.GO_ON
    headers = {"If-None-Match": tag("other"), "If-Modified-Since": header(later + MINUTE)}
    assert judge(headers, modified=later, etag=own) is Verdict.GO_ON


def test_a_compressed_or_weak_tag_is_the_same() -> None:
    own = tag("x")
    for sent in (own[:-1] + '--gzip"', own[:-1] + '-gzip"', f"W/{own}", "*"):
        assert judge({"If-Match": sent}, modified=NOON, etag=own) is Verdict.GO_ON


def test_a_record_is_read_only_when_it_changed(simulator: Simulator, api: httpx.Client) -> None:
    made = f"sobjects/Contact/{create(api, 'Contact', LastName='Ada')}"
    first = api.get(made)
    assert "ETag" not in first.headers
    seen = {"If-Modified-Since": first.headers["Last-Modified"]}
    again = api.get(made, headers=seen)
    assert (again.status_code, again.content) == (304, b"")
    later = simulator.org.clock() + MINUTE
    simulator.org.clock = lambda: later
    api.patch(made, json={"FirstName": "A"})
    assert api.get(made, headers=seen).json()["FirstName"] == "A"


def test_a_record_is_written_only_when_it_did_not_change(
    simulator: Simulator, api: httpx.Client
) -> None:
    made = f"sobjects/Contact/{create(api, 'Contact', LastName='Ada')}"
    seen = {"If-Unmodified-Since": api.get(made).headers["Last-Modified"]}
    assert api.patch(made, json={"FirstName": "A"}, headers=seen).status_code == 204
    later = simulator.org.clock() + MINUTE
    simulator.org.clock = lambda: later
    api.patch(made, json={"FirstName": "B"})
    refused = api.patch(made, json={"FirstName": "C"}, headers=seen)
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (412, "PRECONDITION_FAILED")
    assert api.get(made).json()["FirstName"] == "B"
    assert api.get(made, headers=seen).status_code == 412


def test_an_account_has_a_tag_that_changes_with_it(api: httpx.Client) -> None:
    made = f"sobjects/Account/{create(api, 'Account', Name='Acme')}"
    old = api.get(made).headers["ETag"]
    assert api.get(made, headers={"If-None-Match": old}).status_code == 304
    written = api.patch(made, json={"Name": "Bcme"}, headers={"If-Match": old})
    new = written.headers["ETag"]
    assert (written.status_code, new == old) == (204, False)
    assert api.get(made, headers={"If-None-Match": old}).headers["ETag"] == new
    assert api.patch(made, json={"Name": "C"}, headers={"If-Match": old}).status_code == 412
    assert api.patch(made, json={"Name": "C"}, headers={"If-None-Match": new}).status_code == 412
    assert api.get(made, headers={"If-Match": old}).status_code == 412
    assert api.get(made).json()["Name"] == "Bcme"


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match", "If-Unmodified-Since"])
def test_a_malformed_condition_stops_a_write_and_not_a_read(api: httpx.Client, name: str) -> None:
    made = f"sobjects/Account/{create(api, 'Account', Name='Acme')}"
    assert api.patch(made, json={"Name": "B"}, headers={name: "yesterday"}).status_code == 400
    expected = 412 if name == "If-Match" else 200
    assert api.get(made, headers={name: "yesterday"}).status_code == expected


@pytest.mark.parametrize("path", ["sobjects", "sobjects/Contact/describe"])
def test_describes_tell_when_they_changed(
    simulator: Simulator, api: httpx.Client, path: str
) -> None:
    first = api.get(path).headers
    for seen in (
        {"If-Modified-Since": first["Last-Modified"]},
        {"If-None-Match": first["ETag"]},
    ):
        again = api.get(path, headers=seen)
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["ETag"], again.headers["Last-Modified"]) == (
            first["ETag"],
            first["Last-Modified"],
        )
    simulator.org.add_custom_field("Contact", {"name": "New__c", "type": "string"})
    assert api.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert api.get(path, headers={"If-Modified-Since": "rubbish"}).status_code == 200


def test_a_composite_passes_tag_and_date_on(api: httpx.Client) -> None:
    first = api.get("sobjects").headers
    part = {
        "method": "GET",
        "url": "/services/data/v62.0/sobjects",
        "referenceId": "a",
        "httpHeaders": {"If-Modified-Since": first["Last-Modified"]},
    }
    [answer] = api.post("composite", json={"compositeRequest": [part]}).json()["compositeResponse"]
    assert answer == {
        "body": None,
        "httpHeaders": {"ETag": first["ETag"], "Last-Modified": first["Last-Modified"]},
        "httpStatusCode": 304,
        "referenceId": "a",
    }
