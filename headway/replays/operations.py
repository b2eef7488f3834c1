"""The operations API of the Headway that runs in a folder, as its own commands speak to it."""

import json
from pathlib import Path
from typing import Any, Final

import httpx

from headway.up.running import OPERATOR_FILE
from runtime.errors import ServiceError, UserError

_TIMEOUT_S: Final = 15.0


class Operations:
    """Asks the first API process that answers.

    Raises:
        UserError: no Headway runs on that folder.
    """

    def __init__(self, folder: Path) -> None:
        try:
            token = (folder / OPERATOR_FILE).read_text().strip()
        except OSError:
            raise UserError(f"no Headway has run in {folder}: start `headway up` first, or name its --folder") from None
        headers = {"authorization": f"Bearer {token}"}
        self._client = self._connect(folder, headers)

    def _connect(self, folder: Path, headers: dict[str, str]) -> httpx.Client:
        for told in sorted(folder.glob("api-*.operations")):
            url = f"http://127.0.0.1:{told.read_text().strip()}"
            client = httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_S)
            try:
                client.get("/operations/replays").raise_for_status()
            except httpx.HTTPError:
                client.close()
                continue
            return client
        raise UserError(f"no Headway runs in {folder}: start `headway up` first, or name its --folder")

    def list_replays(self) -> dict[str, dict[str, Any]]:
        """The replays by id."""
        listed = self._ask("GET", "/operations/replays")["replays"]
        return {replay["id"]: replay for replay in listed}

    def start(self, asked: dict[str, Any]) -> str:
        """Start a replay; returns its id."""
        return str(self._ask("POST", "/operations/replays", asked)["replay"])

    def change(self, replay: str, action: str, **asked: Any) -> None:
        """Pause, resume, seek, change speed or stop."""
        self._ask("POST", f"/operations/replays/{replay}/{action}", asked)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, json=body)
            fields: dict[str, Any] = answer.json()
        except (httpx.HTTPError, json.JSONDecodeError) as failed:
            raise ServiceError(f"the operations API does not answer: {failed}") from None
        if answer.is_success:
            return fields
        raise UserError(str(fields.get("detail", answer.status_code)))
