"""Packages, zips and requests that are not as they should be."""

from collections.abc import Callable

import httpx
import pytest

from tests.simulator.packages import (
    apex,
    custom_field,
    custom_object,
    deploy,
    document,
    manifest,
    problems,
    seats,
    start,
    zipped,
)


@pytest.mark.parametrize(
    ("files", "name", "problem"),
    [
        ({"classes/A.cls": "class A {}"}, "package.xml", "No package.xml found"),
        (
            {"package.xml": manifest(ApexClas=["A"])},
            "ApexClas",
            "Unknown type name 'ApexClas' specified in package.xml",
        ),
        (
            {"package.xml": manifest(ApexClass=["A"])},
            "A",
            "An object 'A' of type ApexClass was named in package.xml, "
            "but was not found in zipped directory",
        ),
        (
            {"package.xml": manifest(version="99.0")},
            "package.xml",
            "Error parsing file: Invalid api version:99.0",
        ),
        ({"package.xml": "<Package>"}, "package.xml", "Error parsing file: no element found"),
        (
            {"package.xml": '<!DOCTYPE a [<!ENTITY b "c">]><Package>&b;</Package>'},
            "package.xml",
            "Error parsing file: DOCTYPE is not allowed",
        ),
        ({"package.xml": manifest(), **apex("class A {}", "A")}, "A", "Not in package.xml"),
        ({"package.xml": manifest(), "notes.txt": "x"}, "notes.txt", "Not in package.xml"),
        (
            {"package.xml": manifest(ApexClass=["A"]), "classes/A.cls": "class A {}"},
            "A",
            "Required file is missing: classes/A.cls-meta.xml",
        ),
        (
            {"package.xml": manifest(ApexClass=["A"]), **apex("class A {}", "A", version="99.0")},
            "A",
            "Invalid api version:99.0",
        ),
        (
            {
                "package.xml": manifest(CustomObject=["Seat__c"]),
                "objects/Seat__c.object": "<Seat/>",
            },
            "Seat__c",
            "Error parsing file: Element Seat invalid at this location in type CustomObject",
        ),
        (
            {
                "package.xml": manifest(CustomObject=["Seat__c"]),
                "objects/Seat__c.object": custom_object(label=""),
            },
            "Seat__c",
            "Must specify a non-empty label for the CustomObject",
        ),
        (
            {
                "package.xml": manifest(CustomObject=["Seat"]),
                "objects/Seat.object": custom_object(),
            },
            "Seat",
            "'Seat' does not resolve to a valid sObject type, fullName must end with: "
            "__as, __b, __c, __dll, __dlm, __e, __kav, __mdt, __mg, __x",
        ),
        (
            {
                "package.xml": manifest(CustomField=["Seat__c.F__c"]),
                "objects/Seat__c.object": document("CustomObject", custom_field("F__c", "Email")),
            },
            "Seat__c.F__c",
            "Entity of type 'CustomObject' named 'Seat__c' cannot be found",
        ),
        (
            {"package.xml": manifest(LightningComponentBundle=["seat"]), "lwc/seat/seat.js": ""},
            "seat",
            "Cannot find Lightning Component Bundle file seat.js-meta.xml",
        ),
    ],
)
def test_packages_that_are_wrong(
    api: httpx.Client, files: dict[str, str | bytes], name: str, problem: str
) -> None:
    result = deploy(api, files)

    assert result["status"] == "Failed"
    assert problems(result).get(name) == problem


@pytest.mark.parametrize("folder", ["", "unpackaged/", "my package/"])
def test_a_package_lies_at_the_top_or_in_one_folder(api: httpx.Client, folder: str) -> None:
    result = deploy(api, zipped(seats(), folder=folder))

    assert result["status"] == "Succeeded", problems(result)
    names = {each["fileName"] for each in result["details"]["componentSuccesses"]}
    assert f"{folder}classes/SeatPlan.cls" in names


def test_missing_files_may_be_allowed(api: httpx.Client) -> None:
    files: dict[str, str | bytes] = {"package.xml": manifest(ApexClass=["A"])}

    assert deploy(api, files, allowMissingFiles=True)["status"] == "Succeeded"


@pytest.mark.parametrize(
    ("pack", "code"),
    [
        (lambda: b"", "INVALID_ZIP"),
        (lambda: b"PK no zip", "INVALID_ZIP"),
        (lambda: zipped({"../../etc/passwd": "x", "package.xml": manifest()}), "INVALID_ZIP"),
        # Made by the test: a list of these would cost each run of any test seconds and 400 MB.
        (lambda: zipped({"package.xml": manifest(), "a": b"\0" * 401_000_000}), "LIMIT_EXCEEDED"),
        (lambda: zipped({f"classes/{n}.cls": "" for n in range(10_001)}), "LIMIT_EXCEEDED"),
    ],
    ids=["empty", "garbage", "outside", "bomb", "many"],
)
def test_zips_that_are_not_taken(api: httpx.Client, pack: Callable[[], bytes], code: str) -> None:
    result = deploy(api, pack())

    assert (result["status"], result["errorStatusCode"]) == ("Failed", code)
    assert result["errorMessage"]


def test_requests_that_make_no_sense(api: httpx.Client) -> None:
    packed = zipped(seats())

    assert start(api, packed, checkOnly="perhaps").status_code == 400
    assert start(api, packed, testLevel="SomeTests").status_code == 400
    assert start(api, packed, testLevel="RunSpecifiedTests").status_code == 400
    assert api.post("metadata/deployRequest", content=b"x").status_code == 415
    assert api.post("metadata/deployRequest", json={}).status_code == 400
    assert api.post("metadata/deployRequest", files={"a": ("a", b"{")}).status_code == 201
    assert api.get("metadata/deployRequest/0Af000000000000AAA").status_code == 404
    assert api.get("metadata/deployRequest/nonsense").status_code == 404
