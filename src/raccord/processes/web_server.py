"""The web process: granian serves Django, whitenoise inside it serves the static files."""

import structlog
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from raccord.processes import ports

log = structlog.get_logger("raccord.processes")

# Requests of one process; each thread keeps one database connection.
THREADS = 8


def serve(*, host: str, port: int) -> None:
    """Serve the screens on host:port until SIGINT or SIGTERM."""
    ports.require_free(port, host=host, option="--port")
    log.info("web.starting", host=host, port=port)
    Granian(
        "raccord.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=THREADS,
        backpressure=THREADS,
        # A worker process that dies takes the whole web process with it: the supervisor, which
        # knows about back-off, starts it again.
        respawn_failed_workers=False,
        workers_kill_timeout=5,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()
