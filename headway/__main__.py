"""``headway``: the command line's root. Each command group lives in a module of its own and is hung up here."""

import logging
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Final

import typer

from runtime.errors import HeadwayError, UserError
from runtime.own_machine import ask_it_without_proxy

COMMANDS: Final = {
    "up": "headway.up.command",
    "city": "headway.city",
    "feed": "headway.feed",
    "timetable": "headway.timetable",
    "partners": "headway.partners.commands",
    "owners": "headway.owners",
    "products": "headway.products",
    "grants": "headway.grants",
    "audit": "headway.audit",
    "override": "headway.override",
    "staff": "headway.staff",
    "me": "headway.me",
    "admin": "headway.admin",
    "ledger": "headway.ledger",
    "topics": "headway.topics",
    "parts": "headway.parts",
    "door": "headway.door",
    "tracker": "headway.tracker",
    "splitter": "headway.splitter",
    "scorer": "headway.scorer",
    "serving": "headway.serving",
    "api": "headway.api",
    "contract": "headway.contract.command",
    "crosswalk": "headway.crosswalk",
    "city-file": "headway.city_file",
    "metering": "headway.metering",
    "webhooks": "headway.webhooks",
    "record": "headway.record",
    "replay": "headway.replays.command",
    "replays": "headway.replays.service_command",
    "score": "headway.score",
    "sandbox": "headway.sandbox.command",
    "compare": "headway.score_compare.command",
    "shadow": "headway.shadow.command",
    "learn": "headway.learn",
    "explain": "headway.explain.command",
}
"""Command to its module, which has an ``app`` or a function of the command's name, dashes being underscores.

A process imports the one it was started for and no other's libraries.
"""


INTERRUPTED: Final = 130
"""What a shell expects of a command that Ctrl-C ended."""


def make_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these of its commands."""
    app = typer.Typer(
        name="headway",
        help="Headway: real-time arrival times, distances and crowding for a city's buses and trains.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )
    app.callback()(root)
    for name in names:
        module = import_module(COMMANDS[name])
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name.replace("-", "_")))
    return app


def root() -> None:
    """Hold the commands together."""


def main() -> None:
    """Run the command line: a person's mistake is one clear line and exit code 2, also a file that cannot be had."""
    # a library's words are for the logs of processes that keep one, not for a person at a terminal
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    ask_it_without_proxy()
    asked = sys.argv[1:2]
    try:
        make_app(asked if asked and asked[0] in COMMANDS else COMMANDS)()
    except KeyboardInterrupt:
        # while the libraries are loaded: later it is the command line's own to catch
        sys.exit(INTERRUPTED)
    except HeadwayError as error:
        sys.stderr.write(f"headway: {error}\n")
        sys.exit(2 if isinstance(error, UserError) else 1)
    except OSError as error:
        if error.filename is None:
            raise
        sys.stderr.write(f"headway: {error.filename}: {error.strerror}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
