"""Record ids: 15 case-sensitive characters, or 18 with a checksum of their case.

An id is a 3-character key prefix (which object), 3 characters for the instance, and a 9-character
base-62 serial. The API answers with 18 characters and accepts both forms everywhere.
"""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_INSTANCE = "5Y0"
_WORD_CHARACTERS = frozenset(_ALPHABET)


def make_id(prefix: str, serial: int) -> str:
    """Return the 18-character id of the object's serial-th record."""
    digits = ""
    for _ in range(9):
        serial, remainder = divmod(serial, 62)
        digits = _ALPHABET[remainder] + digits
    return with_checksum(f"{prefix}{_INSTANCE}{digits}")


def with_checksum(short: str) -> str:
    """Return the 18-character form of a 15-character id."""
    suffix = ""
    for start in (0, 5, 10):
        bits = 0
        for position in range(5):
            if "A" <= short[start + position] <= "Z":
                bits |= 1 << position
        suffix += _CHECKSUM[bits]
    return short + suffix


def normal_id(text: str) -> str | None:
    """Return the 18-character form of an id in either form, or None when it is no id.

    An 18-character id is repaired by its checksum where its case was lost.
    """
    if not _WORD_CHARACTERS.issuperset(text):
        return None
    if len(text) == 15:
        return with_checksum(text)
    if len(text) == 18:
        return _restore_case(text)
    return None


def _restore_case(long: str) -> str | None:
    short = ""
    for group in range(3):
        bits = _CHECKSUM.find(long[15 + group].upper())
        if bits < 0:
            return None
        for position in range(5):
            character = long[group * 5 + position]
            short += character.upper() if bits >> position & 1 else character.lower()
    return with_checksum(short)


def serial_of(record_id: str) -> int:
    """Return the serial that an id was made from."""
    serial = 0
    for character in record_id[6:15]:
        serial = serial * 62 + _ALPHABET.index(character)
    return serial
