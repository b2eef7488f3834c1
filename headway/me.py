"""``headway me``: a partner's own affairs from a terminal, by the public API under the partner's key."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import orjson
import typer

from headway import my_crosswalks, my_webhooks
from headway.calling import URL, Url, call, fetch_text
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from runtime.errors import UserError

app = typer.Typer(name="me", help="A partner's own affairs, by the public API.", no_args_is_help=True)

app.add_typer(my_webhooks.app, name="webhooks")
app.add_typer(my_crosswalks.app, name="crosswalks")


@app.command("show", epilog="Example: HEADWAY_KEY=hw_live_… headway me show --url https://headway.example")
def show_me(*, url: Url = URL, as_json: AsJson = False) -> None:
    """Show who the key is, and what is open to it, the first first."""
    found = call(url, "GET", "/v1/me")
    rows = [(each["product"], each["grant"], each["fields"], each["expires_at"]) for each in found["open"]]
    print_found(found, as_json, lambda: (plain_table("product grant fields until", rows),))


@app.command(epilog="Example: headway me products")
def products(*, url: Url = URL, as_json: AsJson = False) -> None:
    """List what is on the shelf."""
    found = call(url, "GET", "/v1/products")
    rows = [(each["id"], each["supplied"], each["fields"], each["description"]) for each in found["products"]]
    print_found(found, as_json, lambda: (plain_table("product supplied fields description", rows),))


@app.command(epilog="Examples: headway me ask maps --purpose passenger-information    headway me ask maps --trial")
def ask(
    product: Annotated[str, typer.Argument(help="The product's id.")],
    *,
    purpose: Annotated[str, typer.Option(help="What for.")] = "trial",
    days: Annotated[int, typer.Option(min=1, help="For how long.")] = 365,
    trial: Annotated[bool, typer.Option("--trial", help="Two weeks, to try it.")] = False,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Ask for a grant: given at once where a rule says so, else it waits for staff, with the reason."""
    body = {"product": product, "purpose": purpose, "days": days, "trial": trial}
    decided = call(url, "POST", "/v1/me/grants", body)
    told = {name: decided[name] for name in ("id", "state", "rule", "rule_says", "reason", "grant_id")}
    show(told, as_json)


@app.command(epilog="Example: headway me grants")
def grants(*, url: Url = URL, as_json: AsJson = False) -> None:
    """List grants and how each stands."""
    found = call(url, "GET", "/v1/me/grants")
    rows = [
        (each["id"], each["product_id"], each["state"], each["expires_at"], each["rule"]) for each in found["grants"]
    ]
    print_found(found, as_json, lambda: (plain_table("grant product state until by", rows),))


@app.command(epilog="Examples: headway me usage    headway me usage --statement 2026-02.csv > february.csv")
def usage(
    *,
    statement: Annotated[str, typer.Option(help="A month's statement instead: 2026-02.csv or .json.")] = "",
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Show what was used, when the quota ends, and what to change."""
    if statement:
        path = f"/v1/usage/statements/{quote(statement, safe='')}"
        if statement.endswith(".json"):
            typer.echo(orjson.dumps(call(url, "GET", path), option=orjson.OPT_INDENT_2).decode())
        else:
            typer.echo(fetch_text(url, path, "text/csv"))
        return
    found = call(url, "GET", "/v1/usage")
    rows = [
        (name, found[name]["tokens"], found[name]["limit"], found[name]["ends_at"], found[name]["used_up_at"])
        for name in ("day", "month")
    ]
    advice = [(each["says"],) for each in found["to_change"]]
    tables = (plain_table("window tokens limit ends used-up", rows), plain_table("advice", advice))
    print_found(found, as_json, lambda: tables)


@app.command(epilog="Example: headway me audit mine.txt --month 2026-02    then: headway audit verify mine.txt")
def audit(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    *,
    month: Annotated[str, typer.Option(help="Only this month: 2026-02.")] = "",
    url: Url = URL,
) -> None:
    """Take the audit home, to check it offline."""
    found = fetch_text(url, "/v1/audit/extract" + (f"?month={quote(month, safe='')}" if month else ""), "text/plain")
    try:
        file.write_text(found)
    except OSError as failed:
        raise UserError(f"{file}: {failed.strerror}") from None
    typer.echo(f"{len(found)} bytes are in {file}: headway audit verify {file}")
