"""A partner's API keys: at most two live at a time, so that one can be changed for another without a gap."""

import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.crosswalks import load_own_ids
from runtime.ledger.grants import list_grants
from runtime.ledger.key_format import NewKey, make_key
from runtime.ledger.models import ApiKeyRow, PartnerRow, PlanRow
from runtime.ledger.owners import list_owners
from runtime.ledger.plans import Plan, list_plans, plan_of
from runtime.ledger.products import list_versions
from transit.crosswalk.own_ids import OwnIds
from transit.grants.agreements import Grant, Owner, Product
from transit.grants.networks import check_networks

LIVE_KEYS_MAX: Final = 2


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """What staff may see of a key; times are POSIX seconds."""

    id: str
    partner_id: str
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None
    networks: tuple[str, ...] = ()
    signed: bool = False


class Agreements(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner's requests are measured by: its grants, the plans these name, products, owners' terms, own ids."""

    grants: tuple[Grant, ...] = ()
    plans: dict[str, Plan] = {}
    products: dict[tuple[str, int], Product] = {}
    owners: tuple[Owner, ...] = ()
    own_ids: OwnIds | None = None
    """The partner's ids of stops and lines beside ours, where it has any."""


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides whether a key opens the door, and for whom."""

    key_id: str
    hash: bytes
    expires_at: int | None
    revoked_at: int | None
    partner_id: str
    partner_name: str
    suspended_at: int | None
    plan: Plan
    networks: tuple[str, ...] = ()
    signed: bool = False
    agreements: Agreements = Agreements()


def key_of(row: ApiKeyRow) -> ApiKey:
    """A row's key."""
    return ApiKey(
        id=row.id,
        partner_id=row.partner_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        networks=tuple(row.networks),
        signed=row.signed,
    )


def _is_live(now: int) -> ColumnElement[bool]:
    return and_(ApiKeyRow.revoked_at.is_(None), or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > now))


async def list_keys(session: AsyncSession, partner_id: str | None = None) -> list[ApiKey]:
    """Keys, oldest first, dead ones too: one partner's or everybody's."""
    query = select(ApiKeyRow).order_by(ApiKeyRow.created_at, ApiKeyRow.id)
    if partner_id is not None:
        query = query.where(ApiKeyRow.partner_id == partner_id)
    return [key_of(row) for row in await session.scalars(query)]


async def issue_key(session: AsyncSession, partner_id: str, *, expires_at: int | None = None, actor: str) -> NewKey:
    """Make a key. Its text is in the answer alone: nothing can show it again.

    Raises:
        UserError: the partner has two live keys, or the expiry lies in the past.
    """
    now = int(time.time())
    if expires_at is not None and expires_at <= now:
        raise UserError("the key would have expired already: give a later expiry")
    # The partner's row is locked so that two rotations at once cannot both see one live key.
    await session.scalar(select(PartnerRow.id).where(PartnerRow.id == partner_id).with_for_update())
    live = (await session.scalars(select(ApiKeyRow.id).where(ApiKeyRow.partner_id == partner_id, _is_live(now)))).all()
    if len(live) >= LIVE_KEYS_MAX:
        raise UserError(f"the partner has {LIVE_KEYS_MAX} live keys ({', '.join(sorted(live))}): revoke one first")
    key = make_key()
    row = ApiKeyRow(id=key.id, partner_id=partner_id, hash=key.hash, created_at=now, expires_at=expires_at)
    session.add(row)
    record_change(session, Change(actor, "key_issued", partner_id, {"key": key.id, "expires_at": expires_at}))
    return key


async def restrict_key(
    session: AsyncSession,
    key_id: str,
    *,
    networks: Sequence[str] | None = None,
    signed: bool | None = None,
    partner_id: str | None = None,
    actor: str,
) -> ApiKey:
    """Say from which networks a key may be used (none: any), and whether its requests must be signed.

    Raises:
        UserError: there is no such key (of that partner), or a network is none.
    """
    row = await session.get(ApiKeyRow, key_id)
    if row is None or partner_id not in (None, row.partner_id):
        raise UserError(f"there is no key {key_id}")
    if networks is not None:
        try:
            row.networks = list(check_networks(networks))
        except ValueError as wrong:
            raise UserError(str(wrong)) from None
    if signed is not None:
        row.signed = signed
    detail: dict[str, object] = {"key": key_id, "networks": row.networks, "signed": row.signed}
    record_change(session, Change(actor, "key_restricted", row.partner_id, detail))
    return key_of(row)


async def rotate_key(session: AsyncSession, partner_id: str, *, overlap_s: int, actor: str) -> NewKey:
    """Issue another key and let the older one lapse after ``overlap_s``.

    Raises:
        UserError: the partner has two live keys already.
    """
    now = int(time.time())
    lapses_at = now + overlap_s
    key = await issue_key(session, partner_id, actor=actor)
    await session.flush()
    older = and_(ApiKeyRow.partner_id == partner_id, _is_live(now), ApiKeyRow.id != key.id)
    lapses_later = or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > lapses_at)
    await session.execute(update(ApiKeyRow).where(older, lapses_later).values(expires_at=lapses_at))
    record_change(session, Change(actor, "key_rotated", partner_id, {"key": key.id, "older_expires_at": lapses_at}))
    return key


async def revoke_key(session: AsyncSession, key_id: str, *, actor: str) -> ApiKey:
    """End a key now. Ending it again changes nothing.

    Raises:
        UserError: there is no such key.
    """
    row = await session.get(ApiKeyRow, key_id)
    if row is None:
        raise UserError(f"there is no key {key_id}: headway partners list shows the keys' ids")
    if row.revoked_at is None:
        row.revoked_at = int(time.time())
        record_change(session, Change(actor, "key_revoked", row.partner_id, {"key": key_id}))
    return key_of(row)


async def load_credentials(
    session: AsyncSession, *, partner_id: str | None = None, key_id: str | None = None
) -> list[Credential]:
    """Credentials of every key, of one partner's or of one key; dead ones too, so that a refusal can say why."""
    query = (
        select(ApiKeyRow, PartnerRow, PlanRow)
        .join(PartnerRow, PartnerRow.id == ApiKeyRow.partner_id)
        .join(PlanRow, PlanRow.name == PartnerRow.plan)
    )
    if partner_id is not None:
        query = query.where(ApiKeyRow.partner_id == partner_id)
    if key_id is not None:
        query = query.where(ApiKeyRow.id == key_id)
    agreed = await _load_agreements(session, partner_id)
    return [
        Credential(
            key_id=key.id,
            hash=bytes.fromhex(key.hash),
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            partner_id=partner.id,
            partner_name=partner.name,
            suspended_at=partner.suspended_at,
            plan=plan_of(plan),
            networks=tuple(key.networks),
            signed=key.signed,
            agreements=agreed(partner.id),
        )
        for key, partner, plan in (await session.execute(query)).all()
    ]


async def _load_agreements(session: AsyncSession, partner_id: str | None) -> Callable[[str], Agreements]:
    """What to give each partner's credentials."""
    grants: dict[str, list[Grant]] = {}
    for grant in await list_grants(session, partner_id):
        grants.setdefault(grant.partner_id, []).append(grant)
    products = {(product.id, product.version): product for product in await list_versions(session)}
    owners = tuple(await list_owners(session))
    plans = {plan.name: plan for plan in await list_plans(session)}
    own_ids = await load_own_ids(session, partner_id)

    def agreed(partner_id: str) -> Agreements:
        own = tuple(grant for grant in grants.get(partner_id, ()) if grant.revoked_at is None)
        named = {grant.plan for grant in own}
        return Agreements(
            grants=own,
            plans={name: plan for name, plan in plans.items() if name in named},
            products=products,
            owners=owners,
            own_ids=own_ids.get(partner_id),
        )

    return agreed


async def note_last_use(session: AsyncSession, used_at: dict[str, int]) -> None:
    """Keep when keys were last used; a later time is never replaced by an earlier one."""
    for key_id, at in sorted(used_at.items()):
        earlier = or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at < at)
        await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id, earlier).values(last_used_at=at))
