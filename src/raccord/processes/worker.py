"""The worker process: a Procrastinate worker inside Django, and what makes it end.

Jobs are wake-up calls (the tables say what there is to do), so ending at any moment loses nothing.
Ends on SIGINT and SIGTERM, when the database was away (see `watchdog`), when the job queue gives up
by itself (it lost a connection and could not make another), and when it cannot finish its running
jobs in time after any of these.
"""

import asyncio
import gc
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import structlog
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from raccord.processes.watchdog import watch_database

log = structlog.get_logger("raccord.processes")

FINISH_SECONDS = 6.0
DATABASE_LOST_STATUS = 75  # "temporary failure" in sysexits.h


def run(*, concurrency: int) -> int:
    """Run jobs, `concurrency` at a time, until told to stop; return the exit status."""
    _spare_the_garbage_collector()
    return asyncio.run(_run(concurrency=concurrency))


def _spare_the_garbage_collector() -> None:
    """Look for garbage cycles seldom, and never among what was loaded at the start.

    A claim holds a hundred thousand small objects, none of them in a cycle; looking through them
    every 700 allocations took a third of a delivery's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def _run(*, concurrency: int) -> int:
    loop = asyncio.get_running_loop()
    # Jobs are synchronous and run in threads: one for each, and as many database connections.
    loop.set_default_executor(ThreadPoolExecutor(concurrency, thread_name_prefix="job"))
    # A second application for the worker's own statements. Jobs that wake other jobs keep using
    # the first one, which writes through Django's connection, in its transaction.
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    application = app.with_connector(connector)
    async with application.open_async():
        jobs = asyncio.create_task(
            application.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=1,
                delete_jobs="always",
                shutdown_graceful_timeout=FINISH_SECONDS,
                install_signal_handlers=False,
            )
        )
        ending = _Ending(jobs, loop=loop)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ending.begin, 0)

        def database_lost() -> None:
            loop.call_soon_threadsafe(ending.begin, DATABASE_LOST_STATUS)

        watch_database(connector_params(), lost=database_lost)
        log.info("worker.started", concurrency=concurrency)
        await asyncio.wait([jobs])
    if not jobs.cancelled() and (error := jobs.exception()):
        log.error("worker.failed", error=type(error).__name__)
        return ending.status or 1
    if not ending.begun:
        # The queue has logged which of its own tasks failed, and ended as if it had been asked to.
        log.error("worker.failed", error="the job queue stopped by itself")
        return 1
    log.info("worker.stopped", status=ending.status)
    return ending.status


class _Ending:
    """One way out for every reason to end."""

    def __init__(self, jobs: "asyncio.Task[None]", *, loop: asyncio.AbstractEventLoop) -> None:
        self.status = 0
        self._jobs = jobs
        self.begun = False

    def begin(self, status: int) -> None:
        """Take no more jobs and wait for the running ones, but not for ever."""
        if self.begun:
            return
        self.begun, self.status = True, status
        # A thread inside a job cannot be ended; the process can.
        leave = threading.Timer(FINISH_SECONDS + 2, os._exit, [status or 1])
        leave.daemon = True
        leave.start()
        self._jobs.cancel()
