"""``headway staff``: who may use the staff's port, and in which roles."""

import sys
from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger, change_ledger
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from runtime.ledger.staff import ROLES, disable_staff, list_staff, set_staff

app = typer.Typer(name="staff", help="Accounts on the staff's port, and their roles.", no_args_is_help=True)
_ROLES = "; ".join(f"{role} {says}" for role, says in ROLES.items())


@app.command(epilog="Example: headway staff set ana --role operator --role viewer    (asks for the password)")
def set(  # noqa: A001 - the command's name
    login: Annotated[str, typer.Argument(help="What one logs in as.")],
    *,
    role: Annotated[list[str], typer.Option(help=_ROLES)],
    as_json: AsJson = False,
) -> None:
    """Make an account or change it; the password is asked for, or read from standard input."""
    if sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        password = sys.stdin.readline().rstrip("\n")

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        staff = await set_staff(session, login, password=password, roles=role, actor=actor())
        return None, msgspec.to_builtins(staff)

    show(change_ledger(change), as_json)


@app.command("list", epilog="Example: headway staff list")
def list_all(*, as_json: AsJson = False) -> None:
    """List accounts."""
    staff = ask_ledger(list_staff)
    rows = [(each.login, each.roles, each.disabled_at) for each in staff]
    found = [msgspec.to_builtins(each) for each in staff]
    print_found(found, as_json, lambda: (plain_table("login roles disabled", rows),))


@app.command(epilog="Example: headway staff disable ana")
def disable(login: Annotated[str, typer.Argument(help="Whose account.")], *, as_json: AsJson = False) -> None:
    """Let an account open nothing; its logins end now."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        return None, msgspec.to_builtins(await disable_staff(session, login, actor=actor()))

    show(change_ledger(change), as_json)
