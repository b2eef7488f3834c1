"""A product's sample: an example answer with the members that the product holds, of no real line or vehicle."""

import re
from typing import Any, Final

from api.openapi import EXAMPLES
from api.reached.prune import WholeNetwork, prune
from api.reached.shapes import SHAPES
from transit.grants.agreements import Product
from transit.grants.reach import Reach

_PATTERNS: Final = {
    route: re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(route)), re.ASCII) for route in EXAMPLES
}


def route_of(path: str) -> str | None:
    """The route whose answers a sample's path asks for; ``None`` where it is none of the public ones."""
    bare = path.partition("?")[0]
    return next((route for route, pattern in _PATTERNS.items() if pattern.fullmatch(bare)), None)


def sample_of(example: Any, route: str, product: Product) -> Any:  # type: ignore[explicit-any, unused-ignore]  # JSON
    """The example as a grant of all that the product holds would be told it."""
    reach = Reach(fields=frozenset(product.fields), count_classes=product.count_classes)
    return prune(example, SHAPES[route], WholeNetwork(reach))
