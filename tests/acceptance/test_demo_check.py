"""As somebody who wants to know whether it works here, I run one command and read its JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.processes.installation import of_a_newcomer
from tests.waiting import PATIENCE

KEYS = [
    "lines_read",
    "contacts_imported",
    "rejected_count",
    "rejected",
    "delivered",
    "parked",
    "org_records",
    "api_calls",
    "seconds",
]
HEADING = "email,first_name,last_name,birthdate\n"
LINES = (
    "ana@exemple.test,Ana,Núñez,1990-02-28\n"
    "not an address,Bo,Berg,\n"
    "ANA@exemple.test,Ana,Again,\n"
    "cy@exemple.test,Cy,,\n"
    "di@exemple.test,Di,Dupont,2023-02-30\n"
    "eve@exemple.test,Eve,O'Brien,\n"
)


def demo_check(content: str, *, data_dir: Path) -> tuple[int, dict[str, Any], str]:
    """The exit status, what was printed, and what was said beside it."""
    file = data_dir / "contacts.csv"
    file.write_text(content, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "raccord.cli", "demo-check", "--csv", str(file)],
        # Its own temporary folder must be short, too, and gone at the end.
        env={**of_a_newcomer(data_dir), "TMPDIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert list(data_dir.iterdir()) == [file]
    report: dict[str, Any] = json.loads(done.stdout)
    assert list(report) == KEYS
    return done.returncode, report, done.stderr


def test_every_line_of_a_file_is_delivered_parked_or_rejected_with_its_reason(
    data_dir: Path,
) -> None:
    status, report, told = demo_check(HEADING + LINES, data_dir=data_dir)

    assert status == 0, told
    rejected = report.pop("rejected")
    assert [(each["line"], each["column"]) for each in rejected] == [
        (3, "email"),
        (4, "email"),
        (6, "birthdate"),
    ]
    assert (
        rejected[1]["reason"]
        == "The same contact stands in line 2 already; the first one counts. Leave this line out "
        "when you import a corrected file: it would overwrite that one."
    )
    assert report.pop("seconds") > 0
    # Signing in, describing, looking for the two, writing them; an answer more or less is no news.
    assert 0 < report.pop("api_calls") <= 8
    assert report == {
        "lines_read": 6,
        "contacts_imported": 3,
        "rejected_count": 3,
        "delivered": 2,
        "parked": [{"code": "raccord.plan.required_missing", "count": 1}],
        "org_records": 2,
    }


def test_a_file_that_is_refused_as_a_whole_is_no_success(data_dir: Path) -> None:
    status, report, told = demo_check("mail,last_name\na@exemple.test,A\n", data_dir=data_dir)

    (rejected,) = report["rejected"]
    assert status == 1
    assert "The column that identifies a contact is missing" in rejected["reason"]
    assert (rejected["line"], rejected["column"], report["rejected_count"]) == (1, None, 1)
    assert told.rstrip().endswith(rejected["reason"])
    assert report["contacts_imported"] == report["delivered"] == report["org_records"] == 0
