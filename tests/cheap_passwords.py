"""The product's own way of hashing passwords, at a price that a test can pay each time.

The costs of an installation keep a thief busy: a fifth of a second and a hundred megabytes
for each person that a test makes or signs in. The algorithm, its format and its library stay.
"""

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """Argon2 at the lowest costs that it takes."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


def use() -> None:
    """Hash so in this process, before anybody has asked Django which hashers there are."""
    ours = f"{CheapArgon2.__module__}.{CheapArgon2.__qualname__}"
    settings.PASSWORD_HASHERS = [ours, *settings.PASSWORD_HASHERS[1:]]
