"""What a request says it holds already and can unpack, read as RFC 9110 has it."""


def holds(if_none_match: str, etag: str) -> bool:
    """Whether an ``If-None-Match`` names this validator; compared weakly (section 13.1.2)."""
    if not if_none_match:
        return False
    bare = etag.removeprefix("W/")
    return if_none_match.strip() == "*" or any(
        tag.strip().removeprefix("W/") == bare for tag in if_none_match.split(",")
    )


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an ``Accept-Encoding`` takes gzip, by name or as anything; a weight of 0 refuses it (section 12.5.3)."""
    taken = {}
    for coding in accept_encoding.split(","):
        name, _, weight = coding.partition(";")
        taken[name.strip().lower()] = weight.replace(" ", "").lower().rstrip("0") not in ("q=", "q=0.")
    return taken.get("gzip", taken.get("*", False))
