"""The simulated organization: its people's hands, its bad days, and what it wrote down."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from soak.programs import Killable

OUR_APP = "raccord-demo"


class Organization:
    """What can be done to it from outside, none of it through the API that Raccord calls."""

    def __init__(self, url: str, program: Killable, *, journal: Path, app: str = OUR_APP) -> None:
        self._http = httpx.Client(base_url=f"{url}/simulator", timeout=60)
        self._program = program
        self._journal = journal
        self._app = app
        self._kept: list[Path] = []

    def restart(self) -> None:
        """Killed and started again; what it wrote so far is kept aside, since it tidies up."""
        self._program.kill()
        kept = self._journal.with_name(f"{self._journal.name}.{len(self._kept)}")
        shutil.copyfile(self._journal, kept)
        self._kept.append(kept)
        self._program.start()

    def journals(self) -> list[Path]:
        """All that it wrote down since it began, oldest first."""
        return [*self._kept, self._journal]

    def create(self, values: Mapping[str, object]) -> str:
        made = self._post("records/Contact", {"values": values})
        return str(made["id"])

    def update(self, record_id: str, values: Mapping[str, object]) -> None:
        self._post(f"records/{record_id}/update", {"values": values})

    def delete(self, record_id: str) -> None:
        self._post(f"records/{record_id}/delete", {})

    def undelete(self, record_id: str) -> None:
        self._post(f"records/{record_id}/undelete", {})

    def merge(self, loser_id: str, *, into: str) -> None:
        self._post(f"records/{into}/merge", {"losers": [loser_id]})

    def records(self) -> list[dict[str, Any]]:
        answer = self._http.get("/records/Contact").raise_for_status().json()
        rows: list[dict[str, Any]] = answer["records"]
        return rows

    def user_id(self, username: str) -> str:
        users = self._http.get("/users").raise_for_status().json()
        (found,) = [user["id"] for user in users if user["username"] == username]
        return str(found)

    def trouble(self, what: str, **plan: object) -> None:
        """Let calls of Raccord go wrong."""
        self._post("faults", {"what": what, "client_id": self._app, **plan})

    def no_more_trouble(self) -> None:
        self._http.delete("/faults").raise_for_status()
        self.settings(latency_ms=0)

    def settings(self, **wanted: object) -> None:
        self._post("settings", wanted)

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer = self._http.post(f"/{path}", json=body).raise_for_status()
        content: dict[str, Any] = {}
        if answer.content and isinstance(found := answer.json(), dict):
            content = found
        return content
