"""``headway me webhooks``: a partner's webhooks from a terminal."""

from typing import Annotated, Any

import typer

from headway.calling import URL, Url, call
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from runtime.errors import UserError

app = typer.Typer(name="webhooks", help="What Headway tells you by itself, and where.", no_args_is_help=True)

_Webhook = Annotated[str, typer.Argument(help="The webhook's id.")]


@app.command(epilog="Example: headway me webhooks add https://a.example/hook --line city:bus-4 --stop city:m7-6")
def add(
    address: Annotated[str, typer.Argument(metavar="URL", help="Where to send: an https address.")],
    *,
    line: Annotated[str, typer.Option(help="<timetable>:<route_id>.")] = "",
    run: Annotated[str, typer.Option(help="One run: <timetable>:<trip>:<yyyymmdd>.")] = "",
    stop: Annotated[str, typer.Option(help="<timetable>:<stop_id>; without it: when the line is disrupted.")] = "",
    minutes: Annotated[int, typer.Option(min=1, max=60, help="How near a run is to be.")] = 5,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Ask to be told; the secret that is printed verifies what is sent."""
    if run and not stop:
        raise UserError("--run is told as it comes near a stop: add --stop")
    body: dict[str, Any] = {"url": address, "event": "line.disrupted", "line": line}
    if stop:
        body |= {"event": "run.approaching", "run": run, "stop": stop, "minutes": minutes}
    show(call(url, "POST", "/v1/webhooks", body), as_json)


@app.command("list", epilog="Example: headway me webhooks list")
def list_all(*, url: Url = URL, as_json: AsJson = False) -> None:
    """List webhooks; a disabled one says since when and why."""
    found = call(url, "GET", "/v1/webhooks")
    rows = [
        (each["id"], each["event"], each["run"] or each["line"], each["url"], each["disabled_reason"] or "")
        for each in found["webhooks"]
    ]
    print_found(found, as_json, lambda: (plain_table("id event of url disabled", rows),))


@app.command(epilog="Example: headway me webhooks deliveries 7k2mq9xw4t1zab3c")
def deliveries(webhook: _Webhook, *, url: Url = URL, as_json: AsJson = False) -> None:
    """List what was sent lately, and how it went."""
    found = call(url, "GET", f"/v1/webhooks/{webhook}/deliveries")
    rows = [
        (each["id"], each["type"], each["state"], each["attempts"], each["last_error"] or "")
        for each in found["deliveries"]
    ]
    print_found(found, as_json, lambda: (plain_table("id type state attempts error", rows),))


@app.command("test", epilog="Example: headway me webhooks test 7k2mq9xw4t1zab3c")
def send_test(webhook: _Webhook, *, url: Url = URL, as_json: AsJson = False) -> None:
    """Send a test event."""
    show(call(url, "POST", f"/v1/webhooks/{webhook}/test", {}), as_json)


@app.command(epilog="Example: headway me webhooks replay 7k2mq9xw4t1zab3c --since-hours 6")
def replay(
    webhook: _Webhook,
    *,
    delivery: Annotated[str, typer.Option(help="Only this one.")] = "",
    since_hours: Annotated[int, typer.Option(min=1, max=168, help="All that failed in so many hours.")] = 24,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Send again what failed."""
    body = {"delivery": delivery, "since_hours": since_hours}
    show(call(url, "POST", f"/v1/webhooks/{webhook}/replay", body), as_json)


@app.command(epilog="Example: headway me webhooks enable 7k2mq9xw4t1zab3c")
def enable(webhook: _Webhook, *, url: Url = URL, as_json: AsJson = False) -> None:
    """Enable a webhook again that was disabled."""
    show(call(url, "POST", f"/v1/webhooks/{webhook}/enable", {}), as_json)


@app.command(epilog="Example: headway me webhooks secret 7k2mq9xw4t1zab3c")
def secret(webhook: _Webhook, *, url: Url = URL, as_json: AsJson = False) -> None:
    """Rotate the secret; both are used for a day."""
    show(call(url, "POST", f"/v1/webhooks/{webhook}/secret", {}), as_json)


@app.command(epilog="Example: headway me webhooks remove 7k2mq9xw4t1zab3c")
def remove(webhook: _Webhook, *, url: Url = URL) -> None:
    """Remove a webhook."""
    call(url, "DELETE", f"/v1/webhooks/{webhook}")
    typer.echo(f"{webhook} is removed")
