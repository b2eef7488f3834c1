"""``headway replay``: replay a recording beside the live service, and steer the replays that run."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from headway.replays.operations import Operations
from runtime.errors import ServiceError, UserError
from runtime.recordings.reading import Recording
from runtime.timetables import list_version_files

STEERING: Final = ("list", "pause", "resume", "seek", "speed", "stop")
LOOK_EVERY_S: Final = 0.5
GONE_AFTER_S: Final = 20.0


def replay(
    recording: Annotated[
        str,
        typer.Argument(metavar="RECORDING|list|pause|resume|seek|speed|stop", help="What to replay, or what to do."),
    ],
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="Which replay to steer.")] = None,
    *,
    speed: Annotated[str, typer.Option(help="Times real time: 0.5, 1, 60, or max.")] = "1",
    begin: Annotated[
        str | None, typer.Option("--from", help="Begin here: RFC 3339, POSIX seconds, or +SECONDS.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="End here, or seek here.")] = None,
    loop: Annotated[bool, typer.Option(help="Begin again at the end.")] = False,
    shift_to_now: Annotated[bool, typer.Option(help="Move all its times so that it seems to happen now.")] = False,
    timetable: Annotated[
        str | None, typer.Option(help="The timetable it speaks, by name; the only one if left out.")
    ] = None,
    feed: Annotated[str | None, typer.Option(help="What to call its feed; the timetable's name if left out.")] = None,
    replay_id: Annotated[str | None, typer.Option("--id", help="What to call the replay.")] = None,
    detach: Annotated[bool, typer.Option(help="Leave it running; else Ctrl-C stops it.")] = False,
    folder: Annotated[
        Path, typer.Option(envvar="HEADWAY_DATA_FOLDER", help="The folder of the Headway that runs.")
    ] = Path(".headway"),
) -> None:
    """Replay a recording beside the live service of `headway up`; its answers are under /v1/replays/ID/.

    Examples:
        headway replay archive/city --speed 60 --shift-to-now

        headway replay washington.zip --timetable dc --speed max --from +3600

        headway replay seek r1 --to 2026-02-16T13:00:00-05:00

        headway replay stop r1
    """
    console = Console(stderr=True)
    operations = Operations(folder.absolute())
    if recording in STEERING:
        _steer(operations, console, recording, name, speed=speed, to=end)
        return
    place = Path(recording).absolute()
    times = Recording(place).times
    asked: dict[str, Any] = {
        "recording": str(place), "timetable": timetable or _only_timetable(folder), "speed": parse_speed(speed),
        "loop": loop, "shift_to_now": shift_to_now, "from_s": parse_moment("--from", begin, times[0]),
        "to_s": parse_moment("--to", end, times[0]),
    }  # fmt: skip
    asked |= {key: value for key, value in (("feed", feed), ("id", replay_id)) if value is not None}
    started = operations.start(asked)
    console.print(f"replay {started}: its answers are under /v1/replays/{started}/", highlight=False, soft_wrap=True)
    if detach:
        return
    try:
        _follow(operations, console, started)
    finally:
        if started in operations.list_replays():
            operations.change(started, "stop")


def parse_speed(written: str) -> float:
    """A speed as written; ``max`` is 0, which never waits."""
    if written == "max":
        return 0.0
    try:
        speed = float(written)
    except ValueError:
        speed = -1.0
    if not 0 < speed <= 10_000:
        raise UserError(f"--speed {written}: use a number above 0, or max")
    return speed


def parse_moment(option: str, written: str | None, first_s: int) -> int | None:
    """A recorded second: RFC 3339 with its offset, POSIX seconds, or ``+SECONDS`` after the recording's first."""
    if written is None:
        return None
    try:
        if written.startswith("+"):
            return first_s + int(written[1:])
        if written.isdecimal():
            return int(written)
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UserError(f"{option} {written!r}: use 2026-02-16T12:00:00-05:00, POSIX seconds, or +3600")
    return int(moment.timestamp())


def _only_timetable(folder: Path) -> str:
    names = list_version_files(folder / "timetables")
    if len(names) != 1:
        raise UserError(f"--timetable: say which of {', '.join(names) or 'no timetables'} the recording speaks")
    return names[0]


def _steer(
    operations: Operations, console: Console, action: str, name: str | None, *, speed: str, to: str | None
) -> None:
    running = operations.list_replays()
    if action == "list":
        if not running:
            console.print("no replay runs")
        for replay in running.values():
            typer.echo(
                f"{replay['id']}  {replay['stage']}  {replay['progress']:.0%}  at {replay['position']}"
                f"  speed {replay['speed'] or 'max'}  {replay['error'] or ''}".rstrip()
            )
        return
    if name not in running:
        raise UserError(f"{action}: there is no replay {name or '(none named)'}; `headway replay list` lists them")
    asked: dict[str, Any] = {}
    if action == "speed":
        asked["speed"] = parse_speed(speed)
    if action == "seek":
        first_s = int(datetime.fromisoformat(running[name]["from"]).timestamp())
        asked["to_s"] = parse_moment("--to", to, first_s)
        if asked["to_s"] is None:
            raise UserError("seek: say where to, with --to")
    operations.change(name, action, **asked)
    console.print(f"replay {name}: {action} is asked for", highlight=False)


def _follow(operations: Operations, console: Console, replay: str) -> None:
    """Show how far it has come until it ends.

    Raises:
        ServiceError: it failed, or was never taken up.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[at]}"), TimeRemainingColumn())
    unseen_until = time.monotonic() + GONE_AFTER_S
    seen = False
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=1.0, at="")
        while True:
            state = operations.list_replays().get(replay)
            if state is None:
                if seen:
                    console.print(f"replay {replay} was stopped", highlight=False)
                    return
                if time.monotonic() > unseen_until:
                    raise ServiceError("the replay service did not take it up; is `headway replays` running?")
            else:
                seen = True
                progress.update(task, description=state["stage"], completed=state["progress"], at=_clock(state))
                if state["stage"] == "failed":
                    raise ServiceError(f"replay {replay}: {state['error']}")
                if state["stage"] == "finished":
                    told = f"replay {replay} has come to its end, at {state['position']}, and is gone with this command"
                    console.print(told + "; with --detach it would answer on", highlight=False, soft_wrap=True)
                    return
            time.sleep(LOOK_EVERY_S)


def _clock(state: dict[str, Any]) -> str:
    return datetime.fromtimestamp(state["position_s"], UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
