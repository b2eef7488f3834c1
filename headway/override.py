"""``headway override``: say against the forecasts what only the operator knows, for a time."""

import time
from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger, change_ledger
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from headway.up.running import load_running_settings
from runtime.errors import UserError
from runtime.ledger.overrides import add_override, check_override, end_override, list_overrides
from runtime.timetables.named_in_folder import check_named
from schemas.overrides import Override, OverrideKind

_MINUTE_S = 60

app = typer.Typer(name="override", help="Cancel runs, close stops, withhold predictions.", no_args_is_help=True)


@app.command(epilog="Example: headway override add close_stop --stop city:m7-6 --minutes 90 --english 'Closed: parade'")
def add(
    kind: Annotated[OverrideKind, typer.Argument(help="What is done.")],
    *,
    line: Annotated[str, typer.Option(help="On this line: <timetable>:<route_id>.")] = "",
    run: Annotated[str, typer.Option(help="This run: <timetable>:<trip>:<yyyymmdd>.")] = "",
    stop: Annotated[list[str] | None, typer.Option(help="At this stop or station; may be repeated.")] = None,
    vehicle: Annotated[str, typer.Option(help="This vehicle: <feed>:<vehicle>.")] = "",
    minutes: Annotated[int, typer.Option(min=1, help="For how long; it ends by itself.")] = 60,
    starts_in_minutes: Annotated[int, typer.Option(min=0, help="From when on; now if left out.")] = 0,
    english: Annotated[str, typer.Option(help="What riders are told, in English.")] = "",
    chinese: Annotated[str, typer.Option(help="The same in Chinese.")] = "",
    anyway: Annotated[bool, typer.Option(help="Also where no timetable here has what is named.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put an override in force: in every answer, feed and stream within a second."""
    starts_at = int(time.time()) + starts_in_minutes * _MINUTE_S
    override = Override(
        id="",
        kind=kind,
        line=line,
        run=run,
        stops=tuple(stop or ()),
        vehicle=vehicle,
        starts_at=starts_at,
        ends_at=starts_at + minutes * _MINUTE_S,
        text_en=english,
        text_zh=chinese,
    )

    check_override(override)
    if not anyway:
        try:
            check_named(load_running_settings().timetables, override)
        except UserError as unknown:
            raise UserError(f"{unknown}; with --anyway it is put in force all the same") from None

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        made = await add_override(session, override, actor=actor())
        return None, msgspec.to_builtins(made)

    show(change_ledger(change), as_json)


@app.command(epilog="Example: headway override end 7k2mq9xw4t1z")
def end(override: Annotated[str, typer.Argument(help="Its id.")], *, as_json: AsJson = False) -> None:
    """End an override before its time."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        return None, msgspec.to_builtins(await end_override(session, override, actor=actor()))

    show(change_ledger(change), as_json)


@app.command("list", epilog="Example: headway override list --json")
def list_all(*, as_json: AsJson = False) -> None:
    """List overrides that hold or are to come."""
    now = time.time()
    found = [
        each for each in ask_ledger(lambda session: list_overrides(session, ended_after=now)) if not each.ended_at_ms
    ]
    rows = [
        (
            each.id,
            each.kind,
            each.line or each.run or each.vehicle or ", ".join(each.stops),
            _left(each, now),
            each.text_en,
        )
        for each in found
    ]
    print_found(
        [msgspec.to_builtins(each) for each in found],
        as_json,
        lambda: (plain_table("id kind where ends text", rows),),
    )


def _left(override: Override, now: float) -> str:
    if override.starts_at > now:
        return f"starts in {round((override.starts_at - now) / _MINUTE_S)} min"
    return f"in {round((override.ends_at - now) / _MINUTE_S)} min"
