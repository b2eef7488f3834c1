"""What a person is told once Headway serves."""

import io
from pathlib import Path

from rich.console import Console

from headway.up.greeting import Greeting, Sample, greet
from runtime.ledger.first_staff import FirstLogin


def test_every_door_is_told_with_what_opens_it_and_no_token_itself(tmp_path: Path) -> None:
    token = tmp_path / "operator.token"
    token.write_text("secret\n")
    said = io.StringIO()
    greeting = Greeting(
        base="http://127.0.0.1:8000",
        key="hw_live_trial",
        operations="http://127.0.0.1:8001",
        token=token,
        staff="http://127.0.0.1:8002",
        login=FirstLogin("first", "a-password"),
        sample=Sample("http://127.0.0.1:8000/v1/stops/city%3As/arrivals", 3, is_live=True),
        took_s=7.25,
    )
    greet(Console(file=said, width=80), greeting)
    told = said.getvalue()
    assert "first arrivals after 7.2 s" in told
    assert f"operations  http://127.0.0.1:8001/operations/status  (operator's token: {token})" in told
    assert "curl -H 'X-API-Key: hw_live_trial' 'http://127.0.0.1:8000/v1/stops/city%3As/arrivals'" in told
    assert "secret" not in told
