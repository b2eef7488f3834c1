"""A time zone named on the command line."""

from zoneinfo import available_timezones

from runtime.errors import UserError


def check_zone(zone: str) -> None:
    """Stop where there is no time zone of that name.

    Raises:
        UserError: there is none.
    """
    if zone not in available_timezones():
        raise UserError(f"zone {zone}: there is no such time zone; write it as Asia/Shanghai")
