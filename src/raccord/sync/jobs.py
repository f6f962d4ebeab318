"""The names of the jobs, and how the job queue is set up.

Jobs are wake-up calls only: the tables say what there is to do, and losing every job loses no
work. See `tasks.py` for what they call.
"""

from __future__ import annotations

from procrastinate import App


def on_app_ready(app: App) -> None:
    """Register the tasks once Django is ready."""
    from raccord.sync import tasks

    tasks.register(app)
