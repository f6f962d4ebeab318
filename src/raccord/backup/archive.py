"""The file of a backup: a tar archive of two parts, the dump and then its manifest.

The dump comes first since its size and digest are known only once it is written; its header is
filled in afterwards. Any tar program takes the file apart, and `pg_restore` reads the dump.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import orjson

FORMAT = 1
DUMP, MANIFEST = "database.dump", "manifest.json"
BLOCK = 512
_PIECE = 1024 * 1024


class BackupError(RuntimeError):
    """A backup cannot be made, read or restored; the message says why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    installation, key_salt, key_checks: as in `installation.models`; migrations: the newest of each
    app. rows: table -> rows in it. size, digest: of the dump, in bytes and as SHA-256.
    """

    version: str
    made_at: str
    installation: str
    key_salt: str
    key_checks: list[str]
    migrations: dict[str, str]
    rows: dict[str, int]
    size: int = 0
    digest: str = ""
    format: int = field(default=FORMAT)


def write(path: Path, *, dump: IO[bytes], manifest: Manifest) -> Manifest:
    """Write the archive; returns the manifest with the dump's size and digest.

    Whatever is read from `dump` is taken: that it ended well is for the caller to know.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(bytes(BLOCK))
        size, digest = _copy(dump, file)
        _pad(file, size)
        told = Manifest(**{**asdict(manifest), "size": size, "digest": digest})
        content = orjson.dumps(asdict(told), option=orjson.OPT_INDENT_2)
        file.write(_header(MANIFEST, len(content)))
        file.write(content)
        _pad(file, len(content))
        file.write(bytes(2 * BLOCK))
        file.seek(0)
        file.write(_header(DUMP, size))
        file.flush()
        os.fsync(file.fileno())
    return told


def read(path: Path) -> Manifest:
    """The manifest of a backup; raises BackupError if the file is none, or not a whole one."""
    try:
        with tarfile.open(path) as archive:
            names = archive.getnames()
            part = archive.extractfile(MANIFEST) if names == [DUMP, MANIFEST] else None
            told: Any = orjson.loads(part.read()) if part else None
            size = archive.getmember(DUMP).size if part else -1
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupError(f"{path} is no backup of Raccord, or not a whole one.") from error
    if not isinstance(told, Mapping) or told.get("format") != FORMAT or told.get("size") != size:
        raise BackupError(f"{path} is no backup that this version of Raccord can read.")
    try:
        return Manifest(**told)
    except TypeError as error:
        raise BackupError(f"{path} is no backup that this version of Raccord can read.") from error


def pieces(path: Path, manifest: Manifest) -> Iterator[bytes]:
    """The dump, piece by piece; raises BackupError at its end if it is not what was written."""
    left, digest = manifest.size, hashlib.sha256()
    with path.open("rb") as file:
        file.seek(BLOCK)
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            digest.update(piece)
            yield piece
    if left or digest.hexdigest() != manifest.digest:
        raise BackupError(f"{path} is damaged: take another backup.")


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    info.mtime = int(datetime.now(UTC).timestamp())
    return info.tobuf(tarfile.GNU_FORMAT)


def _copy(source: IO[bytes], target: IO[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while piece := source.read(_PIECE):
        target.write(piece)
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def _pad(file: IO[bytes], size: int) -> None:
    file.write(bytes(-size % BLOCK))
