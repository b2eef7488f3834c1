import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headway.audit import app as audit_app
from headway.ledger import app as ledger_app
from headway.partners.commands import app as partners_app
from runtime.errors import UserError


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A command line on a migrated ledger whose store is away."""
    monkeypatch.setenv("HEADWAY_DATABASE", f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setenv("HEADWAY_STORE", "redis://127.0.0.1:1/0")
    runner = CliRunner()
    assert runner.invoke(ledger_app, ["migrate"]).exit_code == 0
    return runner


def _told(runner: CliRunner, *arguments: str) -> dict[str, object]:
    result = runner.invoke(partners_app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "does not answer" in result.stderr
    told: dict[str, object] = json.loads(result.stdout)
    return told


def _refused(runner: CliRunner, *arguments: str) -> str:
    result = runner.invoke(partners_app, list(arguments))
    assert isinstance(result.exception, UserError)
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_a_partner_is_added_rotated_and_revoked(runner: CliRunner) -> None:
    added = _told(runner, "add", "Maps")
    rotated = _told(runner, "rotate", "Maps", "--overlap-hours", "1")
    assert str(added["key"]).startswith(f"hw_live_{added['key_id']}_")
    assert "two live keys" in _refused(runner, "rotate", "Maps") or "2 live keys" in _refused(runner, "rotate", "Maps")
    assert _told(runner, "revoke", str(added["key_id"]))["revoked"] == [added["key_id"]]
    listed = runner.invoke(partners_app, ["list", "--json"])
    (partner,) = json.loads(listed.stdout)
    assert {key["id"]: key["state"] for key in partner["keys"]} == {
        added["key_id"]: "revoked",
        rotated["key_id"]: "live",
    }
    assert str(added["key"]) not in listed.stdout
    assert str(rotated["key_id"]) in runner.invoke(partners_app, ["list"]).stdout


def test_a_plan_is_made_changed_and_assigned(runner: CliRunner) -> None:
    _told(runner, "add", "Maps")
    made = _told(runner, "plan", "gold", "--burst-per-s", "50", "--per-day", "1000", "--weight", "arrivals=2")
    assert (made["burst_size"], made["per_month"], made["weights"]) == (100, 31_000, {"arrivals": 2})
    assert _told(runner, "plan", "gold", "--assign", "Maps")["partner"] == "Maps"
    assert _told(runner, "plan", "gold", "--per-day", "900")["weights"] == {"arrivals": 2}
    names = [each["name"] for each in json.loads(runner.invoke(partners_app, ["plan", "--json"]).stdout)]
    assert names == ["gold", "standard", "trial"]


def test_what_was_done_is_told_in_a_persons_words_and_so_is_who_did_it(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    moment = r"20\d\d-\d\d-\d\d \d\d:\d\dZ"
    added = runner.invoke(partners_app, ["add", "Maps"]).stdout
    assert re.search(rf"^created at +{moment} *$", added, re.MULTILINE)
    for nothing in ("contact", "suspended at"):
        assert re.search(rf"^{nothing} +- *$", added, re.MULTILINE)
    plan = ("plan", "gold", "--burst-per-s", "50", "--per-day", "1000", "--weight", "arrivals=2", "--assign", "Maps")
    assert re.search(r"^weights +arrivals=2 *$", runner.invoke(partners_app, plan).stdout, re.MULTILINE)
    found = runner.invoke(audit_app, ["search", "--action", "plan_assigned"]).stdout
    assert re.search(
        rf"{moment} +command line: \S+ +plan_assigned +p_\S+ +before=trial, after=gold *$", found, re.MULTILINE
    )
    assert "'" not in found
    monkeypatch.setenv("COLUMNS", "80")
    narrow = runner.invoke(audit_app, ["search"]).stdout
    assert "…" not in narrow
    assert re.search(moment, narrow)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("rotate", "Nobody"), "no partner Nobody"),
        (("revoke", "nokey"), "no key nokey"),
        (("suspend", "Nobody"), "no partner Nobody"),
        (("add", "Maps", "--plan", "gold"), "no plan gold"),
        (("plan", "gold", "--per-day", "5"), "--burst-per-s and --per-day"),
        (("plan", "gold"), "say what plan gold is to be"),
        (("plan", "--per-day", "5"), "name the plan"),
        (("plan", "gold", "--weight", "arrivals"), "KIND=TOKENS"),
    ],
)
def test_a_mistake_is_one_clear_line(runner: CliRunner, arguments: tuple[str, ...], told: str) -> None:
    assert told in _refused(runner, *arguments)


def test_a_ledger_is_backed_up_and_restored(runner: CliRunner, tmp_path: Path) -> None:
    _told(runner, "add", "Maps")
    assert "rows are in" in runner.invoke(ledger_app, ["backup", str(tmp_path / "b.gz")]).stdout
    _told(runner, "add", "Rides")
    assert isinstance(runner.invoke(ledger_app, ["restore", str(tmp_path / "b.gz")]).exception, UserError)
    assert runner.invoke(ledger_app, ["restore", str(tmp_path / "b.gz"), "--replace"]).exit_code == 0
    assert [each["name"] for each in json.loads(runner.invoke(partners_app, ["list", "--json"]).stdout)] == ["Maps"]
