"""``headway``: the command line's root. Each command group lives in a module of its own and is hung up here."""

import sys

import typer

from headway import door, ledger, partners, parts, serving, splitter, timetable, topics, tracker
from headway.city import city
from runtime.errors import HeadwayError, UserError

app = typer.Typer(
    name="headway",
    help="Headway: real-time arrival times, distances and crowding for a city's buses and trains.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

app.add_typer(city)
app.add_typer(ledger.app)
app.add_typer(partners.app)
app.add_typer(timetable.app)
app.add_typer(topics.app)
app.add_typer(parts.app)
app.add_typer(door.app, name="door")
app.add_typer(tracker.app, name="tracker")
app.add_typer(splitter.app, name="splitter")
app.add_typer(serving.app, name="serving")


@app.callback()
def root() -> None:
    """Hold the commands together."""


def main() -> None:
    """Run the command line: a person's mistake is one clear line and exit code 2."""
    try:
        app()
    except HeadwayError as error:
        sys.stderr.write(f"headway: {error}\n")
        sys.exit(2 if isinstance(error, UserError) else 1)


if __name__ == "__main__":
    main()
