"""What a request costs beyond its first tokens, once it is known how much it asks for."""

from fastapi import Request


async def charge(request: Request, more: int) -> None:
    """Take ``more`` tokens of the quota that the request is under; without the lane in front nothing is counted.

    Raises:
        Refusal: they are not there; what the request paid before is given back.
    """
    take = request.scope.get("state", {}).get("charge")
    if take is not None and more > 0:
        await take(more)
