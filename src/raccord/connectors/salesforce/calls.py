"""One authorized call to one org: token, deadline, counting, and the answer's first check.

Everything else in this folder talks through `Calls.call` and sees parsed JSON or a failure.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import orjson

from raccord.connectors import http
from raccord.connectors.base import Conversation, Usage
from raccord.connectors.salesforce import errors
from raccord.engine.clocks import measured
from raccord.engine.errors import AuthorizationLost

API_VERSION = "v62.0"
DATA = f"/services/data/{API_VERSION}"

# What the identity service says, as text and with status 403, where the API says 401.
_TOKEN_REFUSED = (b"Bad_OAuth_Token", b"Missing_OAuth_Token")
_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")


class Calls:
    """The calls of one connector; safe to use from several threads."""

    def __init__(self, conversation: Conversation, *, deadline: timedelta) -> None:
        self._conversation = conversation
        self._deadline = deadline.total_seconds()
        self._origin = conversation.instance_url.rstrip("/")
        self.usage: Usage | None = None

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        form: tuple[str, bytes] | None = None,
        rows: int = 0,
        writes: bool = False,
    ) -> object:
        """The parsed JSON of a successful call; raises what stands for any other.

        A refused token is renewed once: a 401 means that the call had no effect. `path` is
        relative to the org's own address, so that no answer can send us elsewhere.
        form: sent in place of a JSON body: its content type, and its bytes.
        """
        content = form or ("application/json; charset=UTF-8", _json(body))
        ends_at = time.monotonic() + self._deadline
        tokens = self._conversation.tokens
        token = tokens.current()
        answer = self._send(method, path, token, content, ends_at, rows=rows, writes=writes)
        if _refuses_token(answer):
            token = tokens.renewed(token)
            answer = self._send(method, path, token, content, ends_at, rows=rows, writes=writes)
        if _refuses_token(answer):
            raise AuthorizationLost("salesforce.INVALID_SESSION_ID")
        if not 200 <= answer.status < 300:
            raise errors.answer_failure(answer, writes=writes, now=self._conversation.clock())
        try:
            return answer.json()
        except ValueError:
            raise errors.malformed(writes=writes) from None

    def _send(
        self,
        method: str,
        path: str,
        token: str,
        content: tuple[str, bytes],
        ends_at: float,
        *,
        rows: int,
        writes: bool,
    ) -> http.Answer:
        if not path.startswith("/services/"):
            raise ValueError("a path outside the API")
        self._conversation.on_call(rows)
        asked = self._conversation.clock()
        answer = http.send(
            self._conversation.client,
            method,
            self._origin + path,
            deadline=timedelta(seconds=max(ends_at - time.monotonic(), 0)),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": content[0],
                "Accept": "application/json",
                # Shown as the origin of changes, in the org's own change events.
                "Sforce-Call-Options": "client=raccord/1.0",
                "Sforce-Duplicate-Rule-Header": "allowSave=false",
            },
            content=content[1],
            writes=writes,
        )
        self._note_time(answer, asked=asked)
        if used := _USAGE.search(answer.headers.get("Sforce-Limit-Info", "")):
            self.usage = Usage(used=int(used.group(1)), allowed=int(used.group(2)))
            self._conversation.on_usage(self.usage)
        return answer

    def _note_time(self, answer: http.Answer, *, asked: datetime) -> None:
        """Every answer of HTTP says, to the second, when it was made."""
        try:
            shown = parsedate_to_datetime(answer.headers["Date"])
        except (KeyError, ValueError):
            return
        if shown.tzinfo is not None:
            answered = self._conversation.clock()
            self._conversation.on_clock(
                measured(shown, asked=asked, answered=answered, step=timedelta(seconds=1))
            )


def _json(body: object) -> bytes:
    return b"" if body is None else orjson.dumps(body)


def _refuses_token(answer: http.Answer) -> bool:
    return answer.status == 401 or (answer.status == 403 and answer.body.strip() in _TOKEN_REFUSED)
