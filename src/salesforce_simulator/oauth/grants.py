"""The org's memory of who allowed which app what: codes, approvals, access and refresh tokens."""

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from salesforce_simulator.oauth.model import (
    App,
    Approval,
    Code,
    OAuthError,
    Session,
    token_hash,
)

if TYPE_CHECKING:
    from salesforce_simulator.oauth.device import Pending
    from salesforce_simulator.org import Org

MAX_APPROVALS = 5
EXPIRED = "expired access/refresh token"


class Grants:
    """Issues, finds, refreshes and revokes. Every method holds the org's lock."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.apps: dict[str, App] = {}
        self.approvals: dict[str, Approval] = {}
        self.sessions: dict[str, Session] = {}
        self.codes: dict[str, Code] = {}
        self.devices: dict[str, Pending] = {}
        self.session_seconds = 7200.0
        self.code_seconds = 900.0

    def add_app(self, app: App) -> None:
        with self._org.lock:
            self.apps[app.client_id] = app
            self._org.journal.app(app)

    def issue_code(
        self,
        *,
        app: App,
        user_id: str,
        scope: str,
        redirect_uri: str,
        challenge: str | None,
        nonce: str | None = None,
    ) -> str:
        """Return a one-time authorization code."""
        code = "aPrx" + secrets.token_urlsafe(48) + "=="
        with self._org.lock:
            self.codes[code] = Code(
                user_id=user_id,
                client_id=app.client_id,
                scope=scope,
                redirect_uri=redirect_uri,
                challenge=challenge,
                expires_at=self._now() + self.code_seconds,
                nonce=nonce,
            )
        return code

    def redeem_code(self, code: str, *, app: App, redirect_uri: str, verifier: str | None) -> Code:
        """Use a code up and return what it stood for. OAuthError where it does not fit."""
        with self._org.lock:
            found = self.codes.pop(code, None)
            if found is None or found.client_id != app.client_id:
                raise OAuthError("invalid_grant", "invalid authorization code")
            if found.expires_at < self._now():
                raise OAuthError("invalid_grant", "expired authorization code")
            if found.redirect_uri != redirect_uri:
                raise OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
            _check_verifier(found.challenge, verifier)
            return found

    def approve(self, *, app: App, user_id: str, scope: str) -> tuple[Approval, str]:
        """Record a consent; return it with its refresh token. The sixth drops the oldest."""
        refresh_token = "5Aep861" + secrets.token_urlsafe(60)
        approval = Approval(
            id=secrets.token_hex(8),
            user_id=user_id,
            client_id=app.client_id,
            scope=scope,
            refresh_hash=token_hash(refresh_token),
        )
        with self._org.lock:
            same = [
                each.id
                for each in self.approvals.values()
                if (each.user_id, each.client_id) == (user_id, app.client_id)
            ]
            for old in same[: max(0, len(same) + 1 - MAX_APPROVALS)]:
                self.revoke_approval(old)
            self.keep_approval(approval)
        return approval, refresh_token

    def keep_approval(self, approval: Approval) -> None:
        with self._org.lock:
            self.approvals[approval.id] = approval
            self._org.journal.approval(approval)

    def has_approved(self, *, app: App, user_id: str, scope: str) -> bool:
        """Tell whether the user consented to this app and these scopes before."""
        with self._org.lock:
            return any(
                set(scope.split()) <= set(each.scope.split())
                for each in self.approvals.values()
                if (each.user_id, each.client_id) == (user_id, app.client_id)
            )

    def open_session(
        self, *, user_id: str, client_id: str, scope: str, approval_id: str | None = None
    ) -> str:
        """Return a new access token."""
        # Clients check this shape: org id, "!", then letters, digits, dots and underscores.
        tail = secrets.token_urlsafe(71)[:94].replace("-", ".")
        token = f"{self._org.id[:15]}!AQ{tail}"
        self.keep_session(
            token, user_id=user_id, client_id=client_id, scope=scope, approval_id=approval_id
        )
        return token

    def keep_session(
        self, token: str, *, user_id: str, client_id: str, scope: str, approval_id: str | None
    ) -> None:
        """Accept a token from now on. A seed may bring its own."""
        now = self._now()
        session = Session(
            token_hash=token_hash(token),
            user_id=user_id,
            client_id=client_id,
            scope=scope,
            approval_id=approval_id,
            issued_at=now,
            last_used=now,
        )
        with self._org.lock:
            self.sessions[session.token_hash] = session
            self._org.journal.session(session)

    def session(self, token: str) -> Session | None:
        """Return the session of an access token and keep it alive; None if it is not (or no
        longer) good."""
        with self._org.lock:
            found = self.sessions.get(token_hash(token))
            if found is None:
                return None
            if self._now() - found.last_used > self.session_seconds:
                self._close(found)
                return None
            found.last_used = self._now()
            return found

    def approval_of(self, refresh_token: str) -> Approval | None:
        """Return the approval whose present refresh token this is."""
        hashed = token_hash(refresh_token)
        with self._org.lock:
            known = self.approvals.values()
            return next((each for each in known if each.refresh_hash == hashed), None)

    def refresh(self, refresh_token: str, *, app: App) -> tuple[Approval, str | None]:
        """Return the approval of a refresh token, and the token's successor if the app rotates.

        A token that was already exchanged revokes the whole family.
        """
        hashed = token_hash(refresh_token)
        with self._org.lock:
            for approval in list(self.approvals.values()):
                if approval.client_id != app.client_id:
                    continue
                if hashed in approval.used_hashes:
                    self.revoke_approval(approval.id)
                    raise OAuthError("invalid_grant", EXPIRED)
                if hashed == approval.refresh_hash:
                    return approval, self._rotate(approval) if app.rotate_refresh_tokens else None
        raise OAuthError("invalid_grant", EXPIRED)

    def revoke(self, token: str) -> bool:
        """Take back an access token, or a refresh token with its whole family."""
        hashed = token_hash(token)
        with self._org.lock:
            session = self.sessions.get(hashed)
            if session is not None:
                self._close(session)
                return True
            for approval in list(self.approvals.values()):
                if hashed == approval.refresh_hash:
                    self.revoke_approval(approval.id)
                    return True
        return False

    def revoke_approval(self, approval_id: str) -> None:
        with self._org.lock:
            self.approvals.pop(approval_id, None)
            self._org.journal.approval_gone(approval_id)
            for session in [s for s in self.sessions.values() if s.approval_id == approval_id]:
                self._close(session)

    def expire_sessions(self) -> int:
        """End every session now, as the session time-out would. Return how many there were."""
        with self._org.lock:
            ended = list(self.sessions.values())
            for session in ended:
                self._close(session)
            return len(ended)

    def _rotate(self, approval: Approval) -> str:
        successor = "5Aep861" + secrets.token_urlsafe(60)
        approval.used_hashes.append(approval.refresh_hash)
        approval.refresh_hash = token_hash(successor)
        self._org.journal.approval(approval)
        return successor

    def _close(self, session: Session) -> None:
        del self.sessions[session.token_hash]
        self._org.journal.session_gone(session.token_hash)

    def _now(self) -> float:
        return self._org.now().timestamp()


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    """PKCE, S256 only: the challenge is the base64url SHA-256 of the verifier."""
    if challenge is None:
        return
    if not verifier:
        raise OAuthError("invalid_grant", "code verifier is missing")
    digest = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(expected, challenge):
        raise OAuthError("invalid_request", "invalid code verifier")
