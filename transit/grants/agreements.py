"""What people agreed on: products on the shelf, owners and their terms, grants.

As the ledger keeps it, times in POSIX seconds. An area is kept as plain values; ``area_of`` makes what rules read.
"""

from typing import Any, Final, TypeVar

import msgspec

from transit.grants.area import MODES, Area, Box
from transit.grants.derived import Query, check_query
from transit.grants.fields import ALL, check_fields

LIVE, HISTORY, ACCURACY_KIND = "live", "history", "accuracy"
KINDS: Final = (LIVE, HISTORY, ACCURACY_KIND)

OPEN, GRANTED, SHARED = "open", "granted", "shared"
SUPPLIES: Final = (OPEN, GRANTED, SHARED)
"""Open: anyone with a key. Granted: by agreement. Shared: inside, among agencies."""

ANYONE: Final = "*"
DELAY_MAX_S: Final = 600


class AreaTerms(msgspec.Struct, frozen=True, kw_only=True):
    """An area as it is kept: lists, empty for no such limit. ``box`` is south, west, north, east (degrees)."""

    timetables: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None


def area_of(terms: AreaTerms) -> Area:
    """The area that rules read."""
    return Area(
        timetables=frozenset(terms.timetables) or None,
        lines=frozenset(terms.lines) or None,
        modes=frozenset(terms.modes) or None,
        box=Box(*terms.box) if terms.box else None,
    )


def check_area(terms: AreaTerms) -> AreaTerms:
    """Return the area if it makes sense.

    Raises:
        ValueError: a mode is none there is, a line is no public id, or the box is none.
    """
    for mode in terms.modes:
        if mode not in MODES:
            raise ValueError(f"area: mode {mode!r} is none of {', '.join(MODES)}")
    for line in terms.lines:
        if ":" not in line:
            raise ValueError(f"area: line {line!r}: ids read <timetable>:<route_id>")
    if terms.box is not None:
        south, west, north, east = terms.box
        if not (-90 <= south < north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
            raise ValueError("area: a box is south,west,north,east in degrees")
    return terms


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a publisher grants to whoever asks for no more than this, without looking."""

    purposes: tuple[str, ...]
    plans: tuple[str, ...]
    days_max: int


class ProductTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A data product as its publisher describes it.

    ``fields`` are groups of ``transit.grants.fields``. ``sample`` is the path of an answer that shows it. ``query``
    names the reviewed query of a derived product; ``simulated``: it holds a simulated city, no real one.
    """

    id: str
    name: str
    description: str
    supply: str
    kinds: tuple[str, ...] = (LIVE,)
    fields: tuple[str, ...] = tuple(sorted(ALL))
    area: AreaTerms = AreaTerms()
    delay_s: int = 0
    count_classes: tuple[int, ...] = ()
    terms: str = ""
    sample: str = "/v1/lines"
    offer: Offer | None = None
    simulated: bool = False
    query: dict[str, Any] | None = None


class Product(ProductTerms, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """One version of a data product, as it was published."""

    version: int
    published_at: int = 0
    withdrawn_at: int | None = None


_Terms = TypeVar("_Terms", bound=ProductTerms)


def check_product(product: _Terms) -> _Terms:
    """Return the product if it makes sense.

    Raises:
        ValueError: something does not; the message names it.
    """
    if not product.id or len(product.id) > 40 or not product.id.replace("-", "").isalnum() or not product.id.isascii():
        raise ValueError("product: an id is 1 to 40 letters, digits and dashes")
    if product.supply not in SUPPLIES:
        raise ValueError(f"product {product.id}: supply {product.supply!r} is none of {', '.join(SUPPLIES)}")
    strange = [kind for kind in product.kinds if kind not in KINDS]
    if strange or not product.kinds:
        raise ValueError(f"product {product.id}: kinds are some of {', '.join(KINDS)}")
    check_fields(product.fields)
    check_area(product.area)
    if not 0 <= product.delay_s <= DELAY_MAX_S:
        raise ValueError(f"product {product.id}: delay_s {product.delay_s}: use 0 to {DELAY_MAX_S}")
    if list(product.count_classes) != sorted(set(product.count_classes)) or any(
        each < 1 for each in product.count_classes
    ):
        raise ValueError(f"product {product.id}: count classes are rising bounds such as 5, 20, 50")
    if product.query is not None:
        try:
            check_query(msgspec.convert(product.query, Query))
        except msgspec.ValidationError as wrong:
            raise ValueError(f"product {product.id}: query: {wrong}") from None
    if not product.sample.startswith("/v1/"):
        raise ValueError(f"product {product.id}: a sample is a path under /v1/")
    return product


class OwnerTerm(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner gives: to a partner (``ANYONE``), for purposes (none named: any), these fields, until then."""

    id: str
    partner_id: str = ANYONE
    purposes: tuple[str, ...] = ()
    fields: tuple[str, ...] = tuple(sorted(ALL))
    until: int | None = None
    withdrawn_at: int | None = None


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Who a feed, or a timetable, belongs to: a bus group, a subway company."""

    id: str
    name: str
    feeds: tuple[str, ...]
    timetables: tuple[str, ...]
    terms: tuple[OwnerTerm, ...] = ()


class GrantTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a grant is given on. ``fields`` and ``area`` narrow the product's; ``None``: not narrowed.

    ``plan`` is a quota of the grant's own; ``None``: the partner's. ``rate_per_s`` is a slower pace than the plan's.
    """

    purpose: str
    plan: str | None = None
    fields: tuple[str, ...] | None = None
    area: AreaTerms | None = None
    delay_s: int = 0
    rate_per_s: float | None = None
    networks: tuple[str, ...] = ()


class Grant(GrantTerms, frozen=True, kw_only=True):
    """A partner's grant of one version of a product: a later one may hold more, or less."""

    id: str
    partner_id: str
    product_id: str
    product_version: int
    starts_at: int
    expires_at: int | None
    trial: bool = False
    suspended_at: int | None = None
    revoked_at: int | None = None
    rule: str = ""
    """What approved it: a rule's name, or who of the staff."""
