"""The operator's token: our own commands find the one in force in the folder of the run."""

from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from headway.__main__ import make_app
from headway.up.deployment import keep_token
from runtime.errors import UserError


def test_one_is_made_once_for_the_owners_eyes_alone(tmp_path: Path) -> None:
    file = tmp_path / "operator.token"
    made = keep_token(file, "")
    assert len(made) >= 20
    assert keep_token(file, "") == made
    assert file.stat().st_mode & 0o777 == 0o600


def test_one_that_is_chosen_is_the_one_that_is_found(tmp_path: Path) -> None:
    file = tmp_path / "operator.token"
    keep_token(file, "")
    assert keep_token(file, "chosen") == "chosen"
    assert file.read_text() == "chosen\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_folder_of_a_run_is_the_one_that_the_settings_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_token(tmp_path / "operator.token", "chosen")
    (tmp_path / "api-1.operations").write_text("9")
    sent: list[str] = []

    def answer(client: httpx.Client, path: str) -> httpx.Response:
        sent.append(client.headers["authorization"])
        return httpx.Response(503, request=httpx.Request("GET", f"http://127.0.0.1{path}"))

    monkeypatch.setattr(httpx.Client, "get", answer)
    monkeypatch.setenv("HEADWAY_DATA_FOLDER", str(tmp_path))
    found = CliRunner().invoke(make_app(["replay", "me"]), ["replay", "list"])
    assert sent == ["Bearer chosen"]
    assert isinstance(found.exception, UserError)
    assert f"no Headway runs in {tmp_path}" in str(found.exception)
