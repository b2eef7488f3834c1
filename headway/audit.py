"""``headway audit``: search it, take it out, and check a file of it anywhere."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from headway.up.running import load_running_settings
from runtime.deployment_secret import audit_signer, is_signature
from runtime.errors import UserError
from runtime.ledger.audit_extract import search_audit, write_extract
from runtime.ledger.audit_prune import KEEP_DAYS_LEAST, prune_audit
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import check_migrated
from runtime.ledger.partners import get_partner
from transit.audit.extract import ExtractError, Head, read_head, verify_extract

app = typer.Typer(
    name="audit", help="The audit: who decided and used what, in a chain of hashes.", no_args_is_help=True
)
_STEP = 20_000


@app.command(epilog="Example: headway audit verify headway-audit-2026-02.txt --key 3f1c…")
def verify(
    file: Annotated[Path, typer.Argument(help="A file from /v1/audit/extract or headway audit extract.")],
    *,
    key: Annotated[
        str, typer.Option(help="The deployment's public key as you know it; else the file's is shown.")
    ] = "",
    through: Annotated[
        Path | None,
        typer.Option("--head", help="A head kept from /v1/audit/head, or an earlier file: the chain leads through it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check, offline, that no entry was changed, removed or put in, and that the head is signed."""
    started = time.perf_counter()
    kept = None if through is None else _read_head(through)
    try:
        with file.open("rb") as opened:
            found = verify_extract(_shown(opened, file.stat().st_size), is_signature, through=kept)
    except OSError as failed:
        raise UserError(f"{file}: {failed.strerror}") from None
    except ExtractError as broken:
        raise UserError(f"{file}: NOT SOUND: {broken}") from None
    if key and key.lower() != found.public_key:
        raise UserError(f"{file}: NOT SOUND: signed by {found.public_key}, not by the key given")
    told: Told = {"file": str(file), "sound": True, **found._asdict()}
    told["took_s"] = round(time.perf_counter() - started, 2)
    show(told, as_json, "" if key else "Compare public_key with the one the deployment publishes at /v1/audit/head.")


def _read_head(file: Path) -> Head:
    """The head that a file ends with, its signature checked."""
    try:
        text = file.read_bytes()
        return read_head(text, is_signature)
    except OSError as failed:
        raise UserError(f"{file}: {failed.strerror}") from None
    except ExtractError as broken:
        raise UserError(f"{file}: NOT SOUND: {broken}") from None


def _shown(opened: BinaryIO, size: int) -> Iterator[bytes]:
    """The file's lines, with how far it is shown to a person at a terminal."""
    read = 0
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("checking", total=size)
        for number, line in enumerate(opened):
            read += len(line)
            if number % _STEP == 0:
                progress.update(task, completed=read)
            yield line


@app.command(epilog="Example: headway audit extract all.txt    headway audit extract theirs.txt --partner p_AbCdEf1234")
def extract(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    *,
    partner: Annotated[
        str | None, typer.Option(help="As this partner (id or name) may read it; all is whole if left out.")
    ] = None,
) -> None:
    """Write the audit to a file that headway audit verify checks."""

    async def run() -> int:
        settings = load_running_settings()
        ledger = Ledger(settings.database)
        size = 0
        try:
            await check_migrated(ledger)
            async with ledger.read() as session:
                whose = None if partner is None else (await get_partner(session, partner)).id
            with file.open("wb") as opened:
                async for part in write_extract(ledger.read, audit_signer(settings), partner_id=whose):
                    size += opened.write(part)
        except OSError as failed:
            raise UserError(f"{file}: {failed.strerror}") from None
        finally:
            await ledger.close()
        return size

    typer.echo(f"{asyncio.run(run())} bytes are in {file}")


@app.command(epilog="Example: headway audit prune --to audit-until-june.txt --keep-days 365")
def prune(
    *,
    to: Annotated[Path, typer.Option(help="A new file that takes the pruned entries, whole and signed; keep it.")],
    keep_days: Annotated[int, typer.Option(min=KEEP_DAYS_LEAST, help="Entries younger than this stay.")] = 400,
    as_json: AsJson = False,
) -> None:
    """Move entries older than so many days out of the database into a file that headway audit verify checks.

    What stays is bound to the file's signed head: headway audit verify LATER --head FILE shows it.
    """

    async def run() -> Told:
        settings = load_running_settings()
        ledger = Ledger(settings.database)
        try:
            await check_migrated(ledger)
            pruned = await prune_audit(ledger, audit_signer(settings), to, keep_s=keep_days * 86_400, actor=actor())
        finally:
            await ledger.close()
        return {"file": str(to), **msgspec.structs.asdict(pruned)}

    show(asyncio.run(run()), as_json, "Keep the file: the database has these entries no more.")


@app.command(epilog="Example: headway audit search --partner p_AbCdEf1234 --action refusals --days 7")
def search(
    *,
    partner: Annotated[str | None, typer.Option(help="About this partner (id).")] = None,
    action: Annotated[str | None, typer.Option(help="Only this: use, refusals, grant_given, key_revoked …")] = None,
    text: Annotated[str, typer.Option(help="Stands in the entry.")] = "",
    days: Annotated[float | None, typer.Option(min=0, max=36_500, help="Of the last so many days.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Find entries, newest first."""
    from_s = 0 if days is None else int(time.time() - days * 86_400)

    async def ask(session: AsyncSession) -> list[dict[str, Any]]:
        found = await search_audit(session, partner_id=partner, action=action, text=text, from_s=from_s, limit=limit)
        return [{**msgspec.to_builtins(each), "body": msgspec.json.decode(each.body)} for each in found]

    found = ask_ledger(ask)
    rows = [
        (each["seq"], each["at"], each["body"]["actor"], each["action"], each["partner_id"], each["body"]["detail"])
        for each in found
    ]
    print_found(found, as_json, lambda: (plain_table("seq at actor action partner detail", rows),))
