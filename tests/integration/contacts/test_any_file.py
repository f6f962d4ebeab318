"""Whatever bytes somebody uploads: no crash, every record counted, nobody twice."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from raccord.contacts import imports
from raccord.contacts.messages import explain
from raccord.contacts.models import Contact, ImportRun, Project, RunState
from raccord.engine.values import normal_text
from tests import cast

pytestmark = pytest.mark.django_db

CELLS = st.one_of(
    st.sampled_from(["", "a@example.org", "B@example.org", "c@example.org", "x", '"', " yes "]),
    st.text(max_size=12),
)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8)
RAGGED = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=8)
PIECES = st.sampled_from(
    [b"a@example.org", b"b@example.org", b",", b'"', b"\n", b"\r\n", b"\r", b"\xe9", b"\x00",
     "é".encode(), b";", b" ", b"=1+1"]
)  # fmt: skip
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


class AnyFile(TestCase):
    project: Project

    @classmethod
    def setUpTestData(cls) -> None:
        cls.project = cast.a_project()

    def check(self, content: bytes) -> None:
        run = imports.start(self.project, io.BytesIO(content), file_name="any.csv")
        if run.state != RunState.FAILED:
            run = imports.run_now(run)
        assert run.reason != "raccord.import.internal"
        assert run.state == RunState.DONE or explain(run.reason, run.parameters) != run.reason
        assert run.read == run.created + run.updated + run.unchanged + run.rejected
        assert run.rejected == run.rejects.filter(taken=False).count()
        # The database is empty at first and one file takes each key once.
        assert (run.updated, run.unchanged) == (0, 0)
        assert Contact.objects.filter(project=self.project).count() == run.created

    @SETTINGS
    @given(st.binary(max_size=200))
    @example(b"\xff\xfe")
    @example(b"\xff\xfea")
    @example(b'email\n"')
    @example(b"email\n\xe9")
    def test_any_bytes(self, content: bytes) -> None:
        self.check(content)

    @SETTINGS
    @given(st.lists(PIECES, max_size=40).map(b"".join))
    def test_any_lines_below_a_header(self, content: bytes) -> None:
        self.check(b"email,last_name\n" + content)

    @SETTINGS
    @given(ROWS)
    def test_any_table_as_a_spreadsheet_writes_it(self, rows: list[list[str]]) -> None:
        """Each row is one record, whatever its cells hold."""
        self.check(written(rows))
        run = ImportRun.objects.filter(project=self.project).latest("id")
        assert (run.state, run.read) == (RunState.DONE, len(rows))
        for contact in Contact.objects.filter(project=self.project):
            if note := contact.values.get("notes"):
                assert any(normal_text(row[1]) == normal_text(note) for row in rows)

    @SETTINGS
    @given(RAGGED)
    def test_any_table_with_ragged_rows(self, rows: list[list[str]]) -> None:
        self.check(written(rows))


def written(rows: list[list[str]]) -> bytes:
    """The rows below a header, as a spreadsheet saves them."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["email", "notes"])
    writer.writerows(rows)
    return file.getvalue().encode("utf-8", "replace")
