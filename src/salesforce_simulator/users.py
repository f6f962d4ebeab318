"""The org's users: User rows people see, and the secrets they sign in with."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesforce_simulator.ids import make_id

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.store import Row

PROFILE_ID = make_id("00e", 1)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a user proves who they are with: a salted password hash, a security token."""

    salt: str
    password_hash: str
    security_token: str


class Users:
    """Adds and finds users. A user is a row of the User object plus `Secrets`."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.secrets: dict[str, Secrets] = {}

    def add(
        self,
        *,
        username: str,
        password: str,
        name: str = "",
        email: str = "",
        security_token: str = "",
    ) -> str:
        """Add a user, or give the one of that name a new password; return the id."""
        with self._org.lock:
            row = self.find(username) or self._new_row(username)
            first, _, last = name.rpartition(" ")
            row |= {"LastName": last or username.partition("@")[0], "Email": email or username}
            row |= {"FirstName": first} if first else {}
            store = self._org.store("User")
            store.put(row)
            secret = make_secrets(password, security_token)
            self.secrets[row["Id"]] = secret
            self._org.journal.rows([("User", row)])
            self._org.journal.secrets(row["Id"], secret)
            return str(row["Id"])

    def find(self, username: str) -> "Row | None":
        """Return the active user of that name, in any case."""
        store = self._org.store("User")
        folded = username.strip().casefold()
        for row in store.live.values():
            if str(row.get("Username", "")).casefold() == folded and row.get("IsActive"):
                return dict(row)
        return None

    def set_active(self, user_id: str, *, active: bool) -> None:
        """Let a user in, or keep him or her out. KeyError if there is no such user."""
        with self._org.lock:
            store = self._org.whole.store("User")
            row = {**store.live[user_id], "IsActive": active}
            stamp = self._org.now_stamp()
            row["LastModifiedDate"] = row["SystemModstamp"] = stamp
            store.put(row)
            self._org.journal.rows([("User", row)])

    def get(self, user_id: str) -> "Row | None":
        return self._org.store("User").live.get(user_id)

    def check_password(self, username: str, password: str, *, with_token: bool = False) -> str:
        """Return the id of the user whose password this is, or "" if it is nobody's.

        With `with_token`, the security token must follow the password, as API log-ins send it.
        """
        row = self.find(username)
        secret = self.secrets.get(row["Id"]) if row else None
        if row is None or secret is None:
            return ""
        if with_token and secret.security_token:
            if not password.endswith(secret.security_token):
                return ""
            password = password.removesuffix(secret.security_token)
        offered = hash_password(password, secret.salt)
        return str(row["Id"]) if hmac.compare_digest(offered, secret.password_hash) else ""

    def first(self) -> str:
        """Return the id of the first user: the administrator of a default org."""
        return next(iter(self._org.store("User").live), "")

    def salesperson(self) -> str:
        """Return the first user that no app runs as: whoever uses the pages is one."""
        integrations = {app.run_as for app in self._org.grants.apps.values()}
        users = self._org.store("User").live.values()
        people = (row["Id"] for row in users if row["Username"] not in integrations)
        return next(people, self.first())

    def _new_row(self, username: str) -> "Row":
        store = self._org.store("User")
        store.last_serial += 1
        user_id = make_id("005", store.last_serial)
        stamp = self._org.now_stamp()
        alias = username.partition("@")[0]
        return {
            "Id": user_id,
            "IsDeleted": False,
            "Username": username,
            "Alias": alias[:8],
            "CommunityNickname": alias[:40],
            "IsActive": True,
            "TimeZoneSidKey": "Europe/Paris",
            "LocaleSidKey": "en_US",
            "EmailEncodingKey": "UTF-8",
            "LanguageLocaleKey": "en_US",
            "ProfileId": PROFILE_ID,
            "UserType": "Standard",
            "CreatedDate": stamp,
            "CreatedById": user_id,
            "LastModifiedDate": stamp,
            "LastModifiedById": user_id,
            "SystemModstamp": stamp,
        }


def make_secrets(password: str, security_token: str) -> Secrets:
    salt = os.urandom(16).hex()
    return Secrets(salt, hash_password(password, salt), security_token)


def hash_password(password: str, salt: str) -> str:
    # Cheap on purpose: these are play passwords, and tests sign in hundreds of times.
    return hashlib.pbkdf2_hmac("sha256", password.encode(), bytes.fromhex(salt), 1000).hex()
