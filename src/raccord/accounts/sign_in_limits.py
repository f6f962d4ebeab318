"""How often one may try to sign in: counted in the database, before the password is looked at.

Three limits over the same quarter of an hour: one account from one address (somebody guesses),
one address (somebody tries many accounts), one account (many addresses guess together; high, so
that nobody locks somebody else out in passing).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import Now

from raccord.accounts.models import SignInAttempt

WINDOW = timedelta(minutes=15)
SAME_ACCOUNT_AND_ADDRESS = 10
SAME_ADDRESS = 50
SAME_ACCOUNT = 100


def note_attempt(email: str, *, address: str) -> bool:
    """Count one more attempt and say whether it may go on."""
    account = _digest(email)
    SignInAttempt.objects.filter(at__lt=Now() - WINDOW).delete()
    SignInAttempt.objects.create(account=account, address=address)
    here, by_address, by_account = _counts(account, address=address)
    return (
        here <= SAME_ACCOUNT_AND_ADDRESS
        and by_address <= SAME_ADDRESS
        and by_account <= SAME_ACCOUNT
    )


def forget_attempts(email: str, *, address: str) -> None:
    """The person got in: their earlier mistypings no longer count."""
    SignInAttempt.objects.filter(account=_digest(email), address=address).delete()


def _counts(account: str, *, address: str) -> tuple[int, int, int]:
    counts = SignInAttempt.objects.filter(at__gte=Now() - WINDOW).aggregate(
        here=Count("pk", filter=Q(account=account, address=address)),
        by_address=Count("pk", filter=Q(address=address)),
        by_account=Count("pk", filter=Q(account=account)),
    )
    return counts["here"], counts["by_address"], counts["by_account"]


def _digest(email: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, email.strip().lower().encode(), hashlib.sha256).hexdigest()
