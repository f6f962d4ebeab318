"""The CSV rules of bulk files: what is read of an upload, how results are written."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from salesforce_simulator.bulk.jobs import Job
from salesforce_simulator.clock import with_z
from salesforce_simulator.errors import ApiError

LARGEST_FIELD = 131_072
NULL = "#N/A"
csv.field_size_limit(1024 * 1024)


def read(job: Job, content: bytes) -> tuple[list[str], Iterator[list[str]]]:
    """Return the header and the rows of an upload. ApiError for what fails the whole job."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise ApiError("InvalidBatch", "InvalidBatch : File is not valid UTF-8") from broken
    _check_line_ending(job, text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=job.separator, strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error):
        raise ApiError("InvalidBatch", "InvalidBatch : Failed to read the CSV header") from None
    return header, _rows(reader, len(header))


def header_line(job: Job, content: bytes, header: Iterable[str]) -> str:
    """The header as it was sent, which results repeat; anew where it has more than one line."""
    sent = content.decode("utf-8-sig").partition(job.line_end)[0]
    return sent + job.line_end if sent.count('"') % 2 == 0 else written(job, header)


def written(job: Job, row: Iterable[str]) -> str:
    """One line of a result in the form that the job chose."""
    return line(row, separator=job.separator, end=job.line_end)


def line(row: Iterable[str], *, separator: str, end: str) -> str:
    """One line, with every value in quotes, as the platform writes them."""
    return separator.join('"{}"'.format(cell.replace('"', '""')) for cell in row) + end


def cell(value: Any) -> str:
    """A value as results write it: nothing for null, date-times with a Z."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return with_z(str(value))


def _rows(reader: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    try:
        for row in reader:
            if row:
                yield [*row, *[""] * (width - len(row))]
    except csv.Error as broken:
        message = f"InvalidBatch : Failed to parse CSV: {broken}"
        raise ApiError("InvalidBatch", message) from broken


def _check_line_ending(job: Job, text: str) -> None:
    end = text.find("\n")
    found = "CRLF" if end > 0 and text[end - 1] == "\r" else "LF"
    if end >= 0 and found != job.line_ending:
        message = (
            f"LineEnding is invalid on user data. Current LineEnding setting is {job.line_ending}"
        )
        raise ApiError("InvalidBatch", message)
