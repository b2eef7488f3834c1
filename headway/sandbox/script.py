"""A sandbox script: a city, what goes wrong in it, and what the API must tell when."""

from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from runtime.errors import UserError

Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
SCRIPT_BYTES_MAX: Final = 256 * 1024


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The feed fails at every poll from ``from_s`` on and before ``to_s``, in seconds from the script's start."""

    from_s: Seconds
    to_s: Seconds


class Closure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A street closed around a stop (its GTFS id): vehicles of ``lines`` go around it, ``around_m`` beside their way.

    ``reach_m`` is how far from the stop, along the way, they have left it. The control centre says so in an alert.
    """

    from_s: Seconds
    to_s: Seconds
    stop: str
    lines: tuple[str, ...]
    reach_m: Annotated[float, msgspec.Meta(ge=50, le=5000)] = 450.0
    around_m: Annotated[float, msgspec.Meta(ge=50, le=5000)] = 250.0
    text_en: str = "Street closed: buses go around it"
    text_zh: str = "道路封闭，车辆绕行"


class Sight(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What must be seen ``at_s`` seconds from the start: the status of an answer, and JMESPath expressions that hold.

    An expression holds where its value is neither false nor empty nor null. ``because`` says it in words; ``tell`` is
    the part of the answer that a transcript shows.
    """

    at_s: Seconds
    get: Annotated[str, msgspec.Meta(pattern="^/", max_length=2000)]
    because: str = ""
    status: int = 200
    that: Annotated[tuple[str, ...], msgspec.Meta(max_length=64)] = ()
    tell: str = ""


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One script. ``scenarios`` and ``faults`` are those of the simulated city; times are seconds from ``start_at``.

    The tracker has watched ``warm_up_s`` when the script starts, and is told of the city every ``poll_s``.
    """

    what: str
    start_at: datetime
    lines: Annotated[int, msgspec.Meta(ge=1, le=60)] = 14
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 7
    warm_up_s: Annotated[int, msgspec.Meta(ge=0, le=7200)] = 1200
    poll_s: Annotated[int, msgspec.Meta(ge=5, le=60)] = 15
    scenarios: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    outages: tuple[Outage, ...] = ()
    closures: tuple[Closure, ...] = ()
    see: Annotated[tuple[Sight, ...], msgspec.Meta(max_length=1000)] = ()
    name: str = ""

    @property
    def starts_at(self) -> int:
        """The moment (POSIX s) at which it starts."""
        return int(self.start_at.timestamp())


def list_shipped() -> list[str]:
    """The names of the scripts that ship with Headway."""
    names = (each.name for each in (resources.files(__package__) / "scripts").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def read_script(words: str) -> Script:
    """A script by its name, or from a TOML file.

    Raises:
        UserError: there is no such script, or it makes no sense; the message says what and where.
    """
    if words in list_shipped():
        written = (resources.files(__package__) / "scripts" / f"{words}.toml").read_bytes()
    else:
        place = Path(words)
        if place.suffix != ".toml":
            raise UserError(f"no script {words!r}: use {', '.join(list_shipped())}, or a file ending in .toml")
        written = place.read_bytes()
    if len(written) > SCRIPT_BYTES_MAX:
        raise UserError(f"{words}: {len(written)} bytes; a script has {SCRIPT_BYTES_MAX} at most")
    try:
        script = msgspec.toml.decode(written, type=Script)
    except (msgspec.DecodeError, ValueError) as wrong:
        raise UserError(f"{words}: {wrong}") from None
    _check(script, words)
    return msgspec.structs.replace(script, name=Path(words).stem)


def _check(script: Script, where: str) -> None:
    if script.start_at.tzinfo is None:
        raise UserError(f"{where}: start_at lacks its offset; write it as 2026-11-24T08:00:00+08:00")
    for sight in script.see:
        for expression in (*sight.that, *filter(None, (sight.tell,))):
            try:
                jmespath.compile(expression)
            except JMESPathError as wrong:
                said = str(wrong).splitlines()[0]
                raise UserError(f"{where}: {expression!r} is no JMESPath expression: {said}") from None
