"""Structured logs: an event name with ids and counts, one line each, on standard error."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

_held: ContextVar[list[tuple[Any, str, Any]] | None] = ContextVar("held", default=None)


@contextmanager
def held_back() -> Iterator[None]:
    """Write what the block tells, up to INFO, once it ends well; not at all if an error leaves it.

    For what is done in a transaction: what was undone did not happen. Warnings are not held back.
    """
    held: list[tuple[Any, str, Any]] = []
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
    for logger, method, event in held:
        arguments, options = structlog.stdlib.ProcessorFormatter.wrap_for_formatter(
            logger, method, event
        )
        getattr(logger, method)(*arguments, **options)


def configure(_logging_setting: Mapping[str, object]) -> None:
    """Send our events and the libraries' warnings through one formatter (Django calls this)."""
    stamps = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        stamps,
    ]
    renderer = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[*shared, _hold_back, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("raccord").setLevel(os.environ.get("RACCORD_LOG_LEVEL", "INFO"))


def _hold_back(logger: Any, method: str, event: Any) -> Any:
    """Keep the event for `held_back`, if that is what surrounds us; with the time it happened."""
    held = _held.get()
    if held is None or method not in {"debug", "info"}:
        return event
    held.append((logger, method, event))
    raise structlog.DropEvent
