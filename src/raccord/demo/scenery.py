"""The demo's files and names. Nothing here is secret: it all lives on this machine's loopback."""

from __future__ import annotations

import json
import os
from pathlib import Path
from string import Template

from raccord.processes.environment import complete, data_dir

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
BLUEPRINT = EXAMPLES / "demo.yaml"
TRY_IT = EXAMPLES / "try-it.yaml"
CONTACTS = EXAMPLES / "contacts.csv"
ORGANIZATION = EXAMPLES / "organization.json"

ADMIN_EMAIL = "demo@exemple.test"
ADMIN_PASSWORD = "raccord-demo"  # noqa: S105 - printed at every start of the demo
ORGANIZATION_USER = "sales@exemple.test"
ORGANIZATION_PASSWORD = "demo-password"  # noqa: S105 - likewise
PROJECT = "demo"
TRY_IT_PROJECT = "try-it"


def complete_environment(*, public_url: str, simulator_url: str) -> None:
    """Set what the demo's settings need, unless the user has set it."""
    if not os.environ.get("RACCORD_SMTP_HOST"):
        # Nobody runs a mail server for a demo, and an alert should be seen.
        complete(RACCORD_MAIL_DIR=str(data_dir() / "mail"))
    complete(
        RACCORD_PUBLIC_URL=public_url,
        RACCORD_SIMULATOR_URL=simulator_url,
        RACCORD_OAUTH_CLIENT_ID="raccord-demo",
        RACCORD_OAUTH_CLIENT_SECRET="raccord-demo-secret",  # noqa: S106
    )


def write_organization(target: Path, *, public_url: str, with_records: bool) -> Path:
    """Write the simulated organization's seed for this address; return `target`.

    with_records: also the people who are in the organization from the beginning.
    """
    text = Template(ORGANIZATION.read_text(encoding="utf-8"))
    seed = json.loads(text.substitute(RACCORD_PUBLIC_URL=public_url))
    if not with_records:
        del seed["records"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(seed, ensure_ascii=False, indent=2), encoding="utf-8")
    return target
