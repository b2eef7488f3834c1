from pathlib import Path

import pytest

from runtime.errors import UserError
from runtime.settings import Settings, load_settings


def test_a_copy_with_another_folder_has_another_folder_whatever_was_asked_before() -> None:
    settings = Settings(data_folder=Path("live"))
    assert settings.timetables == Path("live/timetables")
    copy = settings.model_copy(update={"timetable_folder": Path("replay")})
    assert copy.timetables == Path("replay")


def test_a_list_that_is_no_json_is_one_line_that_names_its_variable_and_tells_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HEADWAY_FEEDS", '[{"id": "bus", "headers": {"key": "secret"}')
    with pytest.raises(UserError) as refused:
        load_settings()
    assert str(refused.value).startswith("HEADWAY_FEEDS is no JSON: ")
    assert "secret" not in str(refused.value)


def test_a_misspelt_variable_is_named_with_the_one_that_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_FEED", "[]")
    with pytest.raises(UserError, match=r"^HEADWAY_FEED is no setting; is HEADWAY_FEEDS meant\?$"):
        load_settings()


def test_variables_that_others_put_beside_ours_harm_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY", "URL", "VERSION", "PUBLIC_PORTS", "VALKEY_SERVICE_HOST", "VALKEY_PORT_6379_TCP_ADDR"):
        monkeypatch.setenv(f"HEADWAY_{name}", "set by an orchestrator")
    load_settings()


@pytest.mark.parametrize("url", ["garbage", "http://store:6379", "redis://", "redis://:pass-word@store:port/0"])
def test_an_address_that_is_no_stores_is_one_line_that_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HEADWAY_STORE", url)
    with pytest.raises(UserError, match=r"^HEADWAY_STORE: no address of a store; use redis://HOST:PORT/0") as refused:
        load_settings()
    assert "pass-word" not in str(refused.value)


@pytest.mark.parametrize("url", ["redis://:word@store:6379/1", "rediss://store/0", "unix:///run/valkey.sock"])
def test_every_kind_of_store_has_an_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HEADWAY_STORE", url)
    assert load_settings().store == url


@pytest.mark.parametrize("addresses", ["garbage", "", "kafka://b:9092", "b:9092,", ":9092", "b:0", "b:70000", "b 1:9"])
def test_an_address_that_is_no_brokers_is_one_line(monkeypatch: pytest.MonkeyPatch, addresses: str) -> None:
    monkeypatch.setenv("HEADWAY_BROKER", addresses)
    with pytest.raises(UserError, match=r"^HEADWAY_BROKER: no address of a broker; use HOST:PORT, of several"):
        load_settings()


@pytest.mark.parametrize("addresses", ["kafka:9092", "b1:9092,b2:9092", "b1:9092, b2:9093", "10.0.0.7:1", "[::1]:9092"])
def test_brokers_are_a_list_of_hosts_and_ports(monkeypatch: pytest.MonkeyPatch, addresses: str) -> None:
    monkeypatch.setenv("HEADWAY_BROKER", addresses)
    assert load_settings().broker == addresses


def test_every_setting_is_explained_to_operators() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operator.md").read_text()
    by_headway_itself = {"api_listener", "replay"}
    lacking = {name for name in Settings.model_fields if f"`HEADWAY_{name.upper()}`" not in page}
    assert lacking == by_headway_itself
