"""What a partner's grants open at a moment: each holds while the terms of every contributing owner do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from transit.grants.agreements import ANYONE, OPEN, AreaTerms, Grant, Owner, OwnerTerm, Product, area_of
from transit.grants.area import EVERYWHERE
from transit.grants.fields import ALL
from transit.grants.reach import Reach

OPEN_PURPOSE: Final = "open"
"""The purpose of those who use an open product without having asked for a grant."""

_NEVER: Final = float("inf")


Shelf = Mapping[tuple[str, int], Product]
"""Every version of every product, by id and version."""


class Opening(NamedTuple):
    """One grant as requests meet it. ``grant_id`` is empty for an open product that needs none."""

    grant_id: str
    product_id: str
    product_version: int
    kinds: frozenset[str]
    reach: Reach
    expires_at: float
    networks: tuple[str, ...]
    plan: str | None
    rate_per_s: float | None


class Openings(NamedTuple):
    """Everything open to a partner, the grants first, oldest first; true until ``valid_until`` (POSIX s)."""

    found: tuple[Opening, ...]
    valid_until: float


def list_openings(
    partner_id: str, grants: Sequence[Grant], products: Shelf, owners: Sequence[Owner], at: float
) -> Openings:
    """What is open to a partner at ``at`` (POSIX s)."""
    found = [_opening_of(grant, product, owners, at) for grant, product in _in_force(grants, products, at)]
    newest = {product.id: product for _, product in sorted(products.items())}
    found.extend(
        _open_to_all(partner_id, product, owners, at)
        for product in newest.values()
        if product.supply == OPEN and product.withdrawn_at is None
    )
    return Openings(tuple(found), _next_change(grants, owners, at))


def _in_force(grants: Sequence[Grant], products: Shelf, at: float) -> Iterator[tuple[Grant, Product]]:
    for grant in grants:
        product = products.get((grant.product_id, grant.product_version))
        if (
            product is not None
            and product.withdrawn_at is None
            and grant.revoked_at is None
            and grant.suspended_at is None
            and grant.starts_at <= at
            and (grant.expires_at is None or at < grant.expires_at)
        ):
            yield grant, product


class _Asked(NamedTuple):
    """Who asks for what of a product, and why."""

    partner_id: str
    purpose: str
    fields: frozenset[str]
    areas: tuple[AreaTerms, ...]
    delay_s: int


def _opening_of(grant: Grant, product: Product, owners: Sequence[Owner], at: float) -> Opening:
    fields = frozenset(product.fields)
    if grant.fields is not None:
        fields &= frozenset(grant.fields)
    areas = (product.area,) if grant.area is None else (product.area, grant.area)
    asked = _Asked(grant.partner_id, grant.purpose, fields, areas, grant.delay_s)
    return Opening(
        grant.id,
        product.id,
        product.version,
        frozenset(product.kinds),
        _reach(product, asked, owners, at),
        _NEVER if grant.expires_at is None else float(grant.expires_at),
        grant.networks,
        grant.plan,
        grant.rate_per_s,
    )


def _open_to_all(partner_id: str, product: Product, owners: Sequence[Owner], at: float) -> Opening:
    asked = _Asked(partner_id, OPEN_PURPOSE, frozenset(product.fields), (product.area,), 0)
    reach = _reach(product, asked, owners, at)
    return Opening("", product.id, product.version, frozenset(product.kinds), reach, _NEVER, (), None, None)


def _reach(product: Product, asked: _Asked, owners: Sequence[Owner], at: float) -> Reach:
    withheld: dict[str, frozenset[str]] = {}
    closed: set[str] = set()
    for owner in owners:
        given = fields_given(owner, asked.partner_id, asked.purpose, at)
        if given < ALL:
            withheld |= dict.fromkeys(owner.feeds, ALL - given)
        if not given:
            closed.update(owner.timetables)
    return Reach(
        fields=asked.fields,
        areas=tuple(area for each in asked.areas if (area := area_of(each)) != EVERYWHERE),
        withheld=withheld,
        closed=frozenset(closed),
        delay_s=max(product.delay_s, asked.delay_s),
        count_classes=product.count_classes,
    )


def fields_given(owner: Owner, partner_id: str, purpose: str, at: float) -> frozenset[str]:
    """The groups of fields that an owner gives a partner for a purpose at ``at`` (POSIX s); none: nothing at all."""
    return frozenset(field for term in owner.terms if _holds(term, partner_id, purpose, at) for field in term.fields)


def _holds(term: OwnerTerm, partner_id: str, purpose: str, at: float) -> bool:
    return (
        term.withdrawn_at is None
        and term.partner_id in (ANYONE, partner_id)
        and (not term.purposes or purpose in term.purposes)
        and (term.until is None or at < term.until)
    )


def _next_change(grants: Sequence[Grant], owners: Sequence[Owner], at: float) -> float:
    """When time alone changes what is open: a grant begins or ends, an owner's term lapses."""
    moments: Iterable[int | None] = (
        *(moment for grant in grants for moment in (grant.starts_at, grant.expires_at)),
        *(term.until for owner in owners for term in owner.terms),
    )
    return min((float(moment) for moment in moments if moment is not None and moment > at), default=_NEVER)
