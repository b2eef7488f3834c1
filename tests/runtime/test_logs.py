import json
import logging
import threading
from typing import Literal

import pytest
import structlog

from runtime.logs import set_up_logs
from runtime.settings import Settings


def test_an_event_is_one_line_of_json_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings(log_format="json"), process="door")
    structlog.get_logger().info("poll_failed", feed="bus")
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["feed"], event["process"], event["level"]) == ("poll_failed", "bus", "door", "info")


def test_a_library_that_logs_by_itself_speaks_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings(log_format="json"), process="api")
    logging.getLogger("some.library").warning("slow by %d s", 3)
    assert json.loads(capsys.readouterr().err)["event"] == "slow by 3 s"


def test_a_librarys_own_thread_names_the_process_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings(log_format="json"), process="recorder")
    thread = threading.Thread(target=lambda: logging.getLogger("some.library").warning("lost"))
    thread.start()
    thread.join()
    assert json.loads(capsys.readouterr().err)["process"] == "recorder"


def test_less_than_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings(log_level="warning"), process="api")
    structlog.get_logger().info("poll_done")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_failure_is_told_without_the_variables_of_its_frames(
    capsys: pytest.CaptureFixture[str], form: Literal["text", "json"]
) -> None:
    settings = Settings(log_format=form, operator_token="hush-hush")
    set_up_logs(settings, process="tracker")
    try:
        _fail(settings)
    except ZeroDivisionError:
        structlog.get_logger().exception("tracker_failed")
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "hush-hush" not in told


def _fail(_settings: Settings) -> float:
    return 1 / 0
