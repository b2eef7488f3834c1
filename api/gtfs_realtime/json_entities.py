"""A line group's entities as JSON, written once for each of its values, looking at other requests in between."""

from collections.abc import Hashable, Sequence

from api.gtfs_realtime.json_mapping import write_entity
from api.turns import Turns
from transit.gtfs_realtime.feed import Entity


async def write_entities(entities: Sequence[Entity], turns: Turns) -> list[Entity]:
    """The same entities, each as JSON."""
    written = []
    for entity in entities:
        written.append(entity._replace(packed=write_entity(entity.packed)))
        await turns.give()
    return written


class JsonEntities:
    """Keeps what was written of groups' entities until a group has others; a group is whatever it is asked for by."""

    def __init__(self) -> None:
        self._written: dict[Hashable, tuple[Sequence[Entity], Sequence[Entity]]] = {}

    def __len__(self) -> int:
        return len(self._written)

    async def read(self, group: Hashable, entities: Sequence[Entity], turns: Turns) -> Sequence[Entity]:
        """A group's entities as JSON: as written before, where these are the very ones."""
        known = self._written.get(group)
        if known is None or known[0] is not entities:
            known = self._written[group] = (entities, await write_entities(entities, turns))
        return known[1]

    def let_go(self) -> None:
        """Forget all that was written: nobody asks for it at present."""
        self._written.clear()
