"""Calls about `answers`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class AnswersCalls(Transport):
    """Calls about `answers`."""

    def get_answer(self, answer_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.AnswerExplained:
        """An answer of the past, explained."""
        found: models.AnswerExplained = self.fetch("GET", path_of("/v1/answers/{answer_id}", answer_id=answer_id), {"datum": datum, "ids": ids, "times": times})
        return found


class AsyncAnswersCalls(AsyncTransport):
    """Calls about `answers`."""

    async def get_answer(self, answer_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.AnswerExplained:
        """An answer of the past, explained."""
        found: models.AnswerExplained = await self.fetch("GET", path_of("/v1/answers/{answer_id}", answer_id=answer_id), {"datum": datum, "ids": ids, "times": times})
        return found
