"""The zip of a deployment: unpacked within limits, seen from the folder that holds package.xml."""

import io
import zipfile
import zlib
from dataclasses import dataclass

MAX_PACKED = 39 * 1000 * 1000
MAX_UNPACKED = 400 * 1000 * 1000
MAX_FILES = 10_000
_PIECE = 1024 * 1024


class ArchiveError(ValueError):
    """The zip cannot be taken at all; `code` as the API names it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Archive:
    """The files by path below the package's folder; `folder` is how the zip calls that one."""

    folder: str
    files: dict[str, bytes]

    def shown(self, path: str) -> str:
        """Return a file's path as the zip has it, which is how results name it."""
        return f"{self.folder}{path}"


def unpack(packed: bytes) -> Archive:
    """Read a zip of one package. ArchiveError where it is none, or is too large."""
    if len(packed) > MAX_PACKED:
        raise ArchiveError("LIMIT_EXCEEDED", "Maximum size of the zip file is 39 MB")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as opened:
            files = _read(opened)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as broken:
        raise ArchiveError("INVALID_ZIP", f"The zip file cannot be read: {broken}") from broken
    folder = _package_folder(files)
    return Archive(
        folder=folder,
        files={
            path[len(folder) :]: data for path, data in files.items() if path.startswith(folder)
        },
    )


def pack(files: dict[str, bytes]) -> bytes:
    """Return a zip of these files, the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(files):
            opened.writestr(zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0)), files[path])
    return out.getvalue()


def _read(opened: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [each for each in opened.infolist() if not each.is_dir()]
    if len(entries) > MAX_FILES:
        raise ArchiveError("LIMIT_EXCEEDED", f"Maximum number of files is {MAX_FILES:,}")
    files: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for entry in entries:
        path = entry.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/"):
            raise ArchiveError("INVALID_ZIP", f"The zip file names a path outside of it: {path}")
        # What an entry says of its own size is not to be trusted.
        data = _read_entry(opened, entry, left)
        left -= len(data)
        if path.split("/")[-1] != ".DS_Store" and not path.startswith("__MACOSX/"):
            files[path] = data
    return files


def _read_entry(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    pieces: list[bytes] = []
    with opened.open(entry) as stream:
        while piece := stream.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise ArchiveError("LIMIT_EXCEEDED", "Maximum size of the unzipped files is 400 MB")
            pieces.append(piece)
    return b"".join(pieces)


def _package_folder(files: dict[str, bytes]) -> str:
    """Return the one folder that holds package.xml: the top, or the only folder at the top."""
    if "package.xml" in files:
        return ""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and f"{next(iter(tops))}/package.xml" in files:
        return f"{next(iter(tops))}/"
    return ""
