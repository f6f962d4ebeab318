"""The `raccord` command: one word for each thing an operator does.

Each command makes sure of an environment (a data folder, a database) and then either runs one of
the programs in `raccord.processes` or the Django command of the same name in
`raccord.management.commands`, which has options of its own.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import django
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from raccord import __version__
from raccord.backup.archive import BackupError
from raccord.demo import scenery
from raccord.processes import embedded_database, environment, ports, programs
from raccord.processes.embedded_database import EmbeddedDatabaseError
from raccord.processes.only_one import AlreadyRunsError, only_one
from raccord.processes.own_database import OwnDatabaseError
from raccord.processes.postgres_programs import ProgramError
from raccord.processes.supervisor import ProgramDidNotStartError, Supervisor

EPILOG = """\
Every command uses the database that DATABASE_URL names. Without it, Raccord runs a PostgreSQL of
its own in the data folder (RACCORD_DATA_DIR, "var" if not set). All settings are described in
docs/reference/settings.md.
"""
EXPECTED_ERRORS = (
    BackupError,
    EmbeddedDatabaseError,
    OwnDatabaseError,
    ProgramError,
    AlreadyRunsError,
    ports.PortTakenError,
    ProgramDidNotStartError,
)
NOT_MIGRATED = "raccord: the database's tables are not up to date. Run `raccord migrate` first."
DJANGO_OPTIONS = {
    *("--settings", "--pythonpath", "--traceback", "--no-color", "--force-color"),
    *("--skip-checks", "--verbosity", "--version"),
}


_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


@dataclass(frozen=True)
class DjangoCommand:
    """A command whose options and work are in raccord.management.commands."""

    module: str
    help: str


DJANGO_COMMANDS = {
    "migrate": DjangoCommand("migrate", "bring the database's tables up to date"),
    "apply": DjangoCommand("apply", "set everything up as a YAML file says"),
    "backup": DjangoCommand("backup", "write everything but the keys into one file"),
    "restore": DjangoCommand("restore", "read a backup into an empty data folder"),
    "doctor": DjangoCommand("doctor", "check everything, say what to do"),
    "erase": DjangoCommand("erase", "erase a person on request, for good"),
    "export": DjangoCommand("export", "write the set-up as YAML"),
    "import": DjangoCommand("import", "import contacts from a CSV file or a workbook"),
    "reconcile": DjangoCommand("reconcile", "compare both sides, print JSON"),
    "installation": DjangoCommand("installation", "say what this installation is, or go on"),
    "reseal": DjangoCommand("reseal", "encrypt stored secrets with the newest vault key"),
    "create-admin": DjangoCommand("create_admin", "print a link that makes an administrator"),
}


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments and arguments[0] in DJANGO_COMMANDS:
            _run_django_command(arguments[0], arguments[1:])
        else:
            options = build_parser().parse_args(arguments)
            sys.exit(options.run(options))
    except EXPECTED_ERRORS as error:
        sys.exit(f"raccord: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def command_parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of every command by its name, for the reference in docs/."""
    environment.complete()
    django.setup()
    [own] = [
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    of_django = {name: _load(name).create_parser("raccord", name) for name in DJANGO_COMMANDS}
    return {**own.choices, **of_django}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of `raccord` itself; Django commands parse their own options."""
    parser = argparse.ArgumentParser(
        prog="raccord",
        description="A contact database that keeps itself in agreement with a CRM.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"raccord {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    up = _add(commands, "up", "run everything: database, web and workers")
    _add_address(up)
    up.add_argument("--workers", type=_count, default=1, help="worker processes (default: 1)")
    up.set_defaults(run=_up)

    web = _add(commands, "web", "run the web server only")
    _add_address(web)
    web.set_defaults(run=_web)

    worker = _add(commands, "worker", "run one worker only")
    worker.add_argument(
        "--concurrency", type=_count, default=6, help="jobs that run at the same time (default: 6)"
    )
    worker.set_defaults(run=_worker)

    for name, command in DJANGO_COMMANDS.items():
        commands.add_parser(name, help=command.help, add_help=False)

    demo = _add(commands, "demo", "run everything with a simulated Salesforce org")
    _add_address(demo)
    demo.add_argument(
        "--simulator-port",
        type=ports.port,
        help="port of the simulator (default: one above --port)",
    )
    demo.add_argument("--reset", action="store_true", help="forget the demo's data first")
    demo.set_defaults(run=_demo)

    check = _add(commands, "demo-check", "run the demo's whole path once, print JSON")
    check.add_argument("--csv", metavar="FILE", help="contacts to import instead of the example's")
    check.set_defaults(run=_demo_check)
    return parser


def _add(commands: _Commands, name: str, purpose: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}."
    )


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument(
        "--port", type=ports.port, default=8000, help="port to listen on (default: 8000)"
    )


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 up")
    return int(text)


def _up(options: argparse.Namespace) -> int:
    ports.require_free(options.port, host=options.host, option="--port")
    environment.complete(RACCORD_PUBLIC_URL=f"http://127.0.0.1:{options.port}")
    with environment.database():
        _call("migrate", "--verbosity", "0")
        _begin()
        with Supervisor() as supervisor:
            for number in range(1, options.workers + 1):
                supervisor.start(programs.worker(number))
            supervisor.start(programs.web(host=options.host, port=options.port))
            print(f"Raccord is ready: {os.environ['RACCORD_PUBLIC_URL']}", flush=True)
            # On the first run: the link with which the administrator gets in.
            _call("create_admin", "--if-nobody")
            supervisor.watch()
    return 0


def _web(options: argparse.Namespace) -> int:
    environment.complete(RACCORD_PUBLIC_URL=f"http://127.0.0.1:{options.port}")
    with environment.database():
        _begin()
        from raccord.processes import web_server

        web_server.serve(host=options.host, port=options.port)
    return 0


def _worker(options: argparse.Namespace) -> int:
    environment.complete()
    with environment.database():
        _begin()
        from raccord.processes import worker

        return worker.run(concurrency=options.concurrency)


def _begin() -> None:
    """Before anything is served or done: the right key, and the database that is known here."""
    django.setup()
    environment.speak_terminal_language()
    from django.db import ProgrammingError, connections

    from raccord.installation import starting
    from raccord.installation.hold_words import said

    try:
        row = starting.begin()
    except starting.WrongKeyError as wrong:
        sys.exit(f"raccord: {wrong}")
    except ProgrammingError:
        sys.exit(NOT_MIGRATED)
    finally:
        connections.close_all()
    if row.held_because:
        print(said(row), flush=True)


def _demo(options: argparse.Namespace) -> int:
    simulator_port = options.simulator_port or _beside(options.port)
    if simulator_port == options.port:
        sys.exit("raccord: --simulator-port and --port must differ.")
    environment.move_to_demo_folder()
    # Where to click and how to sign in should stay on the screen.
    environment.complete(RACCORD_LOG_LEVEL="WARNING")
    scenery.complete_environment(
        public_url=f"http://127.0.0.1:{options.port}",
        simulator_url=f"http://127.0.0.1:{simulator_port}",
    )
    # Beside the data folder, which --reset removes as a whole.
    lock = environment.data_dir().with_name("demo.lock")
    with only_one(lock, what="The demo", at=os.environ["RACCORD_PUBLIC_URL"]):
        ports.require_free(options.port, host=options.host, option="--port")
        ports.require_free(simulator_port, host="127.0.0.1", option="--simulator-port")
        if options.reset:
            environment.forget_data()
        with environment.database():
            _call("migrate", "--verbosity", "0")
            address = ("--host", options.host, "--port", str(options.port))
            _call("demo", *address, "--simulator-port", str(simulator_port))
    return 0


def _beside(port: int) -> int:
    return port + 1 if port < ports.HIGHEST else port - 1


def _demo_check(options: argparse.Namespace) -> int:
    with environment.temporary_data():
        scenery.complete_environment(
            public_url=f"http://127.0.0.1:{ports.free_port()}",
            simulator_url=f"http://127.0.0.1:{ports.free_port()}",
        )
        with environment.database():
            _call("migrate", "--verbosity", "0")
            _call("demo_check", *(["--csv", options.csv] if options.csv else []))
    return 0


def _run_django_command(name: str, arguments: list[str]) -> None:
    environment.complete()
    # Help needs no database; the settings only need a name for one.
    if not {"-h", "--help"}.isdisjoint(arguments):
        _call(name, *arguments)
        return
    if name == "doctor":
        _run_doctor(arguments)
        return
    if name == "restore" and "--without-key" not in arguments:
        _require_key()
    own_database = bool(os.environ.get("DATABASE_URL"))
    with environment.database():
        if name not in {"migrate", "restore"}:
            _require_tables(own_database=own_database)
        _call(name, *arguments)


def _run_doctor(arguments: list[str]) -> None:
    """Also where there is no database: that is one of the things it says."""
    if os.environ.get("DATABASE_URL"):
        _call("doctor", *arguments)
        return
    try:
        with environment.database():
            _call("doctor", *arguments)
    except (EmbeddedDatabaseError, ProgramError) as error:
        print(f"raccord: {error}", file=sys.stderr)
        os.environ["DATABASE_URL"] = embedded_database.url(environment.data_dir())
        _call("doctor", *arguments)


def _require_key() -> None:
    """A restore needs the installation's own key; the settings would make a new one."""
    file = environment.data_dir() / "vault-keys"
    if "RACCORD_VAULT_KEYS" not in os.environ and not file.exists():
        sys.exit(
            f"raccord: the key is missing. Put the installation's file vault-keys to {file}, or "
            "its content into RACCORD_VAULT_KEYS. If it is lost, use --without-key: every "
            "connection must then be authorized anew."
        )


def _require_tables(*, own_database: bool) -> None:
    """Bring the embedded database's tables up to date; of a database of the user's, only ask.

    Several machines may share the user's, and when its tables change is theirs to decide.
    """
    django.setup()
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if own_database:
        sys.exit(NOT_MIGRATED)
    _call("migrate", "--verbosity", "0")


def _call(name: str, *arguments: str) -> None:
    """Run a Django command as from the command line: a CommandError ends us with its message."""
    django.setup()
    environment.speak_terminal_language()
    _load(name).run_from_argv(["raccord", name, *arguments])


def _load(name: str) -> BaseCommand:
    known = DJANGO_COMMANDS.get(name)
    module = known.module if known else name
    command = load_command_class(str(get_commands()[module]), module)
    command.suppressed_base_arguments = DJANGO_OPTIONS
    command.create_parser = partial(_parser_without_django_options, command.create_parser)  # type: ignore[method-assign]
    return command


def _parser_without_django_options(
    create: Callable[..., CommandParser], *arguments: str, **options: Any
) -> CommandParser:
    """Hide also the options that Django adds past what a command may suppress."""
    parser = create(*arguments, **options)
    for action in parser._actions:
        if not DJANGO_OPTIONS.isdisjoint(action.option_strings):
            action.help = argparse.SUPPRESS
    return parser


if __name__ == "__main__":
    main()
