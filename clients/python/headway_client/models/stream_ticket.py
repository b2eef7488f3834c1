"""What answers about `stream_ticket` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class TicketAnswer(TypedDict):
    """A ticket for `?ticket=`."""

    ticket: str
    expires_at: str
