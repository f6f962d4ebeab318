"""`python -m salesforce_simulator`: run the simulator until it is told to stop.

Prints one line of JSON on standard output when it answers: `url`, `pubsub`, `org_id`, `apps`,
`users`.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from salesforce_simulator.faults import Faults
from salesforce_simulator.journal import JournalInUseError
from salesforce_simulator.seed import SeedError, read_seed
from salesforce_simulator.server import PortInUseError, Simulator
from salesforce_simulator.tls import TlsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. Returns 2 when it cannot start, with the reason on stderr."""
    options = _parse(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        seed = read_seed(options.seed) if options.seed else {}
        plans = _read_plans(options.faults) if options.faults else []
        simulator = Simulator(
            seed=seed,
            host=options.host,
            port=options.port,
            data=options.data,
            my_domain=options.my_domain,
            latency_ms=options.latency,
            tls=_certificate(options),
            pubsub_port=options.pubsub_port,
        )
    except (PortInUseError, SeedError, JournalInUseError, TlsError, OSError) as refused:
        sys.stderr.write(f"salesforce_simulator: {refused}\n")
        return 2
    with simulator:
        for plan in plans:
            simulator.faults.add_plan(plan)
        sys.stdout.write(json.dumps(_ready(simulator, seed), ensure_ascii=False) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _ready(simulator: Simulator, seed: dict[str, Any]) -> dict[str, Any]:
    """What a person or a program needs to know to use it.

    Secrets are told only where the simulator itself made them up.
    """
    org = simulator.org
    users = [row["Username"] for row in org.store("User").live.values()]
    apps: list[dict[str, Any]] = [
        {"name": app.name, "client_id": app.client_id, "redirect_uris": app.redirect_uris}
        for app in org.grants.apps.values()
    ]
    if not seed.get("apps"):
        for shown, app in zip(apps, org.grants.apps.values(), strict=True):
            shown["client_secret"] = app.client_secret
    return {
        "url": simulator.url,
        "pubsub": simulator.pubsub,
        "org_id": org.id,
        "apps": apps,
        "users": users,
    }


def _certificate(options: argparse.Namespace) -> tuple[Path, Path] | None:
    if bool(options.tls_cert) != bool(options.tls_key):
        raise TlsError("--tls-cert and --tls-key are needed together")
    return (options.tls_cert, options.tls_key) if options.tls_cert else None


def _read_plans(path: Path) -> list[dict[str, Any]]:
    """Read the fault plans of a file. SeedError where one makes no sense."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as broken:
        raise SeedError(f"{path}: {broken}") from broken
    if not isinstance(content, list):
        raise SeedError(f"{path}: a JSON list of fault plans is needed")
    try:
        trial = Faults()
        for plan in content:
            trial.add_plan(plan)
    except (TypeError, ValueError) as wrong:
        raise SeedError(f"{path}: {wrong}") from wrong
    return content


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="salesforce_simulator",
        description="A stateful look-alike of a Salesforce org, over HTTP.",
    )
    add = parser.add_argument
    add("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--seed", type=Path, metavar="FILE", help="JSON: users, apps, custom fields, records")
    add("--my-domain", metavar="URL", help="what it calls itself when reached through a proxy")
    add("--tls-cert", type=Path, metavar="FILE", help="PEM: speak https with this certificate")
    add("--tls-key", type=Path, metavar="FILE", help="PEM: the certificate's key")
    add("--pubsub-port", type=int, metavar="N", help="speak the Pub/Sub API there; 0: a free port")
    add("--data", type=Path, metavar="FILE", help="keep everything in this file across restarts")
    add("--latency", type=int, default=0, metavar="MS", help="wait this long before each answer")
    add("--faults", type=Path, metavar="FILE", help="JSON list of fault plans to start with")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
