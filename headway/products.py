"""``headway products``: the shelf of data products."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger, change_ledger
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from headway.up.running import load_running_settings
from headway.zone import check_zone
from runtime.errors import UserError
from runtime.ledger.needs import answer_need, list_needs
from runtime.ledger.products import list_products, withdraw_product
from runtime.ledger.products import publish as publish_product
from transit.grants.agreements import ProductTerms

app = typer.Typer(name="products", help="Data products: what can be asked for.", no_args_is_help=True)


@app.command("list", epilog="Example: headway products list")
def list_all(*, as_json: AsJson = False) -> None:
    """List what is on the shelf."""

    async def ask(session: AsyncSession) -> list[Told]:
        return [msgspec.to_builtins(product) for product in await list_products(session)]

    found = ask_ledger(ask)
    rows = [
        (each["id"], each["version"], each["supply"], each["kinds"], each["fields"], each["name"]) for each in found
    ]
    print_found(found, as_json, lambda: (plain_table("product version supply kinds fields name", rows),))


@app.command(epilog="Example: headway products publish maps.json")
def publish(
    file: Annotated[Path, typer.Argument(help="JSON: id, name, description, supply, fields, offer … as in the docs.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Put a product on the shelf, as the next version of its id. Grants keep the version they were given for."""
    try:
        product = msgspec.json.decode(file.read_bytes(), type=ProductTerms)
    except OSError as failed:
        raise UserError(f"{file}: {failed.strerror}") from None
    except msgspec.DecodeError as wrong:
        raise UserError(f"{file}: {wrong}") from None

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        published = await publish_product(session, product, actor=actor())
        return None, {"id": published.id, "version": published.version, "fields": list(published.fields)}

    show(change_ledger(change), as_json)


@app.command(epilog="Example: headway products derive dwell-times --zone Asia/Shanghai --archive archive --days 90")
def derive(
    product: Annotated[str, typer.Argument(help="A product with a query.")],
    *,
    zone: Annotated[str, typer.Option(help="The city's time zone, for hours.")] = "UTC",
    archive: Annotated[
        Path | None,
        typer.Option(help="Read what headway record --answers kept here; HEADWAY_ARCHIVE, or the broker's week."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="Of the archive's last so many days.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Run a derived product's reviewed query over the passages kept, and put its output in place of the last one.

    The newest version's, and that of each older one that a grant still holds.
    """
    from headway.derive import Span, derive_product  # noqa: PLC0415 - the broker's client only where it is needed

    check_zone(zone)
    settings = load_running_settings()
    outputs = derive_product(settings, product, zone=zone, span=Span(archive=archive or settings.archive, days=days))
    found = [(product, each.product_version, len(each.rows), each.from_s, each.until_s) for each in outputs]
    columns = "product version rows from_s until_s"
    told = [dict(zip(columns.split(), row, strict=True)) for row in found]
    print_found(told, as_json, lambda: (plain_table(columns, found),))


@app.command(epilog="Example: headway products withdraw open")
def withdraw(product: Annotated[str, typer.Argument(help="The product's id.")], *, as_json: AsJson = False) -> None:
    """Take a product off the shelf: its grants open nothing within a second."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        found = await withdraw_product(session, product, actor=actor())
        return None, {"id": found.id, "withdrawn_at": found.withdrawn_at}

    show(change_ledger(change), as_json)


@app.command(epilog="Example: headway products needs")
def needs(*, as_json: AsJson = False) -> None:
    """List what partners miss on the shelf."""

    async def ask(session: AsyncSession) -> list[Told]:
        return [msgspec.to_builtins(need) for need in await list_needs(session)]

    found = ask_ledger(ask)
    rows = [(each["id"], each["partner_id"], each["text"], each["product_id"], each["answer"]) for each in found]
    print_found(found, as_json, lambda: (plain_table("need partner text product answer", rows),))


@app.command(epilog="Example: headway products answer n_1 'Here it is.' --product dwell-times")
def answer(
    need: Annotated[str, typer.Argument(help="The need's id.")],
    text: Annotated[str, typer.Argument(help="What whoever posted it reads.")],
    *,
    product: Annotated[str | None, typer.Option(help="The product that answers it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a need."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        found = await answer_need(session, need, answer=text, product_id=product, actor=actor())
        return found.partner_id, msgspec.to_builtins(found)

    show(change_ledger(change), as_json)
