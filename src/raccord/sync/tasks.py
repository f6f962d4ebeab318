"""What the jobs call; three lines each."""

from __future__ import annotations

from procrastinate import App


def register(app: App) -> None:
    """Add every task to the job queue's application."""
