"""``headway sandbox``: run a scenario with a clock that is stepped, and check what the API tells of it."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from headway.sandbox.check import Seen, see_script
from headway.sandbox.script import Script, list_shipped, read_script
from headway.sandbox.transcript import write_transcript
from headway.score_report.paper import open_paper
from runtime.embedded.ports import LOOPBACK, find_free_port
from runtime.errors import UserError
from runtime.ledger.plans import BUILT_IN, TRIAL
from runtime.ledger.sandbox_partner import SANDBOX_KEY
from runtime.logs import set_up_logs
from runtime.settings import load_settings

app = typer.Typer(name="sandbox", help="The real API over a scenario with a clock that you step.", no_args_is_help=True)

_Checked = Annotated[list[str], typer.Argument(metavar="NAME|FILE.toml...", help="`sandbox list` has the names.")]
_ScriptName = Annotated[str, typer.Argument(metavar="NAME|FILE.toml", help="`sandbox list` has the names.")]
_REPEAT_MAX: Final = 20


@app.command()
def run(
    script: _ScriptName,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the API answers.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = LOOPBACK,
    plan: Annotated[str, typer.Option(help="The sandbox key's plan: trial or standard.")] = TRIAL.name,
) -> None:
    """Serve a scenario: time stands still until POST /sandbox/step lets it pass. Ctrl-C ends it.

    Example: headway sandbox run bunching --port 8000
    """
    known = [each.name for each in BUILT_IN]
    if plan not in known:
        raise UserError(f"--plan {plan}: a sandbox has {' and '.join(known)}")
    _set_up_logs()
    asyncio.run(_run(read_script(script), host, port, plan))


def _set_up_logs() -> None:
    set_up_logs(load_settings().model_copy(update={"log_level": "error"}), process="sandbox")
    # there is no broker, and its absence is nothing to tell of
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


async def _run(script: Script, host: str, port: int, plan: str) -> None:
    from headway.sandbox.serve import serving  # noqa: PLC0415 - the whole API only where it is served

    console = Console(stderr=True)
    console.print(f"starting {script.name}", highlight=False)
    stop = asyncio.Event()
    async with serving(script, host=host, port=port, plan=plan):
        # not before: a signal ends what is still being made where it is
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        url = f"http://{host}:{port}"
        console.print(f"{script.name}: {script.what}", highlight=False, soft_wrap=True)
        console.print(f"{script.start_at.isoformat()}, standing still; ask and step:", highlight=False)
        sample = next((sight.get for sight in script.see), "/v1/lines")
        console.print(f"  curl -H 'X-API-Key: {SANDBOX_KEY}' '{url}{sample}'", highlight=False, soft_wrap=True)
        console.print(f"  curl -X POST -d '{{\"s\": 30}}' {url}/sandbox/step", highlight=False, soft_wrap=True)
        await stop.wait()


@app.command()
def check(
    scripts: _Checked,
    url: Annotated[str | None, typer.Option(help="A sandbox that runs; else one is started.")] = None,
    key: Annotated[str, typer.Option(help="The API key to ask with.")] = SANDBOX_KEY,
    *,
    repeat: Annotated[int, typer.Option(min=1, max=_REPEAT_MAX, help="Do it so often; all bytes must be equal.")] = 1,
    bodies: Annotated[Path | None, typer.Option(help="Keep each answer in this folder.")] = None,
    tell: Annotated[bool, typer.Option("--tell", help="Print what was answered, abridged, for a table.")] = False,
) -> None:
    """Step through scripts and check that the API tells what must be seen when; exit code 1 where it does not.

    Example: headway sandbox check outage --tell

    Example: headway sandbox check bunching crowded-train detour last-bus outage

    Example: headway sandbox check mine.toml --url http://127.0.0.1:8000 --repeat 2
    """
    _set_up_logs()
    if url is not None and len(scripts) > 1:
        raise UserError("--url: a sandbox runs one script; name that one alone")
    held = True
    for asked in [read_script(each) for each in scripts]:
        rounds = asyncio.run(_check_own(asked, key, repeat)) if url is None else _check_at(asked, url, key, repeat)
        if bodies is not None:
            _keep(rounds[0], bodies if len(scripts) == 1 else bodies / asked.name)
        held &= _report(asked, rounds, tell=tell)
    if not held:
        raise typer.Exit(1)


def _keep(seen: list[Seen], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(seen, start=1):
            (folder / f"{number:02d}-{each.sight.at_s}s").write_bytes(each.body)
    except OSError as failed:
        raise UserError(f"--bodies {folder}: cannot be written: {failed.strerror}") from None


def _report(script: Script, rounds: list[list[Seen]], *, tell: bool) -> bool:
    """Print what was seen; whether all of it was, the same bytes each time."""
    if tell:
        sys.stdout.writelines(
            f"{line}\n" for line in (f"{script.name}: {script.what}", "", *write_transcript(script, rounds[0]))
        )
    else:
        _print(script, rounds, open_paper())
    held = sum(not seen.wrong for each in rounds for seen in each)
    sys.stdout.write(f"{held} of {sum(map(len, rounds))} sights seen\n")
    differs = [
        seen.sight for seen, *others in zip(*rounds, strict=True) if any(each.digest != seen.digest for each in others)
    ]
    for sight in differs:
        sys.stdout.write(f"not the same bytes each time: {sight.at_s} s, {sight.get}\n")
    return not differs and held == sum(map(len, rounds))


async def _check_own(script: Script, key: str, repeat: int) -> list[list[Seen]]:
    from headway.sandbox.serve import serving  # noqa: PLC0415 - the whole API only where it is served

    port = find_free_port()
    async with serving(script, host=LOOPBACK, port=port, plan=TRIAL.name):
        return await asyncio.to_thread(_check_at, script, f"http://{LOOPBACK}:{port}", key, repeat)


def _check_at(script: Script, url: str, key: str, repeat: int) -> list[list[Seen]]:
    return [list(see_script(script, url, key)) for _ in range(repeat)]


def _print(script: Script, rounds: list[list[Seen]], paper: Console) -> None:
    table = Table("at s", "asked", "must be seen", "", title=f"{script.name}: {script.what}", title_justify="left")
    for seen, *others in zip(*rounds, strict=True):
        wrong = [*seen.wrong, *(line for each in others for line in each.wrong)]
        table.add_row(
            f"{seen.sight.at_s}",
            seen.sight.get,
            seen.sight.because or "; ".join(seen.sight.that),
            "\n".join(wrong) if wrong else "ok",
        )
    paper.print(table)


@app.command(name="list")
def list_scripts() -> None:
    """List the scripts that ship with Headway.

    Example: headway sandbox list
    """
    table = Table("name", "what happens", "starts", "sights")
    for name in list_shipped():
        script = read_script(name)
        table.add_row(name, script.what, script.start_at.isoformat(), str(len(script.see)))
    open_paper().print(table)
