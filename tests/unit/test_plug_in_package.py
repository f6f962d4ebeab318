"""The plug-in's package: made in Python, the same as the vendor's own library makes it."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from raccord.connectors.salesforce.plug_in import manifest, package

MANIFESTS = package.PROJECT / "manifest"
OF_ALL = "https://raccord.example/receive/1"


def named(text: str) -> list[tuple[str, str]]:
    """(type, member) of a manifest, in its order."""
    return [
        (kind.group(1), member)
        for types in re.findall(r"<types>(.*?)</types>", text, re.DOTALL)
        if (kind := re.search(r"<name>(\w+)</name>", types))
        for member in re.findall(r"<members>([^<]+)</members>", types)
    ]


def opened(packed: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(packed))


def test_it_names_the_components_that_the_vendors_library_finds() -> None:
    ours = opened(package.archive("")).read("package.xml").decode()
    theirs = (MANIFESTS / "raccord-plugin.xml").read_text()
    assert named(ours) == named(theirs)


def test_with_tests_it_is_that_and_the_tests() -> None:
    ours = manifest.of(package.components(tests=True), api=package.API).decode()
    theirs = [
        *named((MANIFESTS / "raccord-plugin.xml").read_text()),
        *named((MANIFESTS / "raccord-plugin-tests.xml").read_text()),
    ]
    assert sorted(named(ours)) == sorted(theirs)


def test_french_is_a_package_of_its_own() -> None:
    ours = manifest.of(package.translations(), api=package.API).decode()
    assert named(ours) == named((MANIFESTS / "raccord-plugin-french.xml").read_text())


def test_the_address_takes_the_place_of_the_placeholder_without_its_last_slash() -> None:
    text = package.components(f"{OF_ALL}/")["namedCredentials/RaccordEndpoint.namedCredential"]
    assert f"<parameterValue>{OF_ALL}</parameterValue>".encode() in text
    assert b"raccord.invalid" not in text


@pytest.mark.parametrize("hostile", ["http://x/?a=1&b=<c>", r"http://x/\1\g<0>"])
def test_whatever_the_address_is_the_file_stays_xml(hostile: str) -> None:
    text = package.components(hostile)["namedCredentials/RaccordEndpoint.namedCredential"].decode()
    assert "<c>" not in text and text.count("<parameterValue>") == 1


def test_the_user_who_sends_is_filled_in() -> None:
    (text,) = package.subscription("o'neil&co@example.org").values()
    assert b"<user>o'neil&amp;co@example.org</user>" in text


def test_each_object_is_one_file_with_its_fields() -> None:
    text = package.components()["objects/RaccordSettings__c.object"].decode()
    assert text.count("<fields>") == text.count("</fields>") == 9
    assert text.count("<CustomObject") == 1 and "<CustomField" not in text


def test_the_same_source_makes_the_same_bytes() -> None:
    assert package.archive(OF_ALL) == package.archive(OF_ALL)


def test_no_test_of_a_page_goes_along() -> None:
    assert not [name for name in package.components(tests=True) if "__tests__" in name]


@pytest.mark.parametrize("body", ["", "PLUGIN = 1", "PLUGIN = 'x'"])
def test_a_version_that_is_none(body: str) -> None:
    assert package.version_in(body) == ""


def test_the_version_is_that_of_the_project() -> None:
    assert (
        f'"versionNumber": "{package.version()}.NEXT"'
        in (package.PROJECT / "sfdx-project.json").read_text()
    )
