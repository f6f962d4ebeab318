"""Real clients against a simulated org over https, each in a process of its own.

They are installed by `make test-clients` (tests/clients/package.json), which runs these tests;
`make test` leaves this folder out.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from salesforce_simulator.server import Simulator
from tests.certificates import make_certificate
from tools.npm import node_path

FOLDER = Path(__file__).resolve().parent
ADMIN = "admin@simulated.example"
ROBOT = "robot@simulated.example"
ONLOOKER = "onlooker@simulated.example"
# A session id looks like this: the org's id, an exclamation mark, and what nobody can guess.
TOKEN = "00D5Y0000000001!AQEAQsimulatedSessionOfTheAdministrator"
ONLOOKER_TOKEN = "00D5Y0000000001!AQEAQsimulatedSessionOfTheOnlooker"

SEED: dict[str, Any] = {
    "users": [
        {"username": ADMIN, "password": "admin-pass", "name": "Alex Martin"},
        {"username": ROBOT, "password": "robot-pass", "name": "Robot"},
        {
            "username": ONLOOKER,
            "password": "look-pass",
            "name": "Olive Look",
            "permissions": {"system": {"ModifyMetadata": False}},
        },
    ],
    "apps": [
        {
            "client_id": "PlatformCLI",
            "client_secret": "cli-secret",
            "redirect_uris": ["http://localhost:1717/OauthRedirect"],
            "flows": ["authorization_code", "refresh_token", "password", "jwt"],
        }
    ],
    "tokens": [
        {"access_token": TOKEN, "username": ADMIN, "client_id": "PlatformCLI"},
        {"access_token": ONLOOKER_TOKEN, "username": ONLOOKER, "client_id": "PlatformCLI"},
    ],
    "custom_fields": {
        "Contact": [
            {"name": "Key__c", "type": "string", "length": 40, "externalId": True, "unique": True}
        ]
    },
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a client's process said: its exit code, and the JSON or text it printed."""

    code: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        """The JSON printed; a client may warn before it."""
        start = self.output.find("{")
        assert start >= 0, f"no JSON: {self.output}\n{self.errors}"
        return json.JSONDecoder().raw_decode(self.output[start:])[0]

    @property
    def result(self) -> Any:
        """The `result` of a command of the Salesforce CLI that ended well."""
        said = self.json
        assert said["status"] == 0, json.dumps(said, indent=1)[:4000]
        return said["result"]


@dataclass(slots=True)
class SalesforceCli:
    """`sf`, with a home folder of its own and trust in the simulator's certificate."""

    home: Path
    certificate: Path

    def __call__(
        self, *arguments: str, cwd: Path | None = None, seconds: int = 60, **variables: str
    ) -> Said:
        """Run a command to its end."""
        environment = {**self._environment(), **variables}
        node = shutil.which("node", path=environment["PATH"])
        assert node is not None
        done = subprocess.run(
            [node, str(FOLDER / "node_modules/@salesforce/cli/bin/run.js"), *arguments],
            env=environment,
            cwd=cwd or self.home,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{FOLDER}/node_modules/.bin{os.pathsep}{node_path()}",
            "HOME": str(self.home),
            "NODE_EXTRA_CA_CERTS": str(self.certificate),
            "NO_COLOR": "1",
            "SF_AUTOUPDATE_DISABLE": "true",
            "SF_DISABLE_AUTOUPDATE": "true",
            "SF_DISABLE_TELEMETRY": "true",
            "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
            "SF_SKIP_NEW_VERSION_CHECK": "true",
            "SF_DISABLE_LOG_FILE": "true",
            "SF_ORG_API_VERSION": "62.0",
        }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what is missing rather than fail in each test."""
    if (FOLDER / "node_modules/.package-lock.json").exists() and shutil.which(
        "node", path=node_path()
    ):
        return
    missing = pytest.mark.skip(reason="make test-clients installs the clients first")
    for item in items:
        if FOLDER in Path(item.fspath).parents:
            item.add_marker(missing)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def simulator(certificate: tuple[Path, Path]) -> Iterator[Simulator]:
    """One org for the tests of a module: a client takes seconds to sign in."""
    with Simulator(seed=SEED, tls=certificate) as running:
        yield running


@pytest.fixture(scope="module")
def sf(
    simulator: Simulator,
    certificate: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> SalesforceCli:
    """The Salesforce CLI, signed in as the administrator by access token."""
    cli = SalesforceCli(tmp_path_factory.mktemp("home"), certificate[0])
    said = cli(
        *("org", "login", "access-token", "--instance-url", simulator.url),
        *("--set-default", "--no-prompt", "--alias", "org", "--json"),
        SF_ACCESS_TOKEN=TOKEN,
    )
    assert said.result["username"] == ADMIN, said
    return cli
