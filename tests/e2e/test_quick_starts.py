"""What stands in docs/partners.md to copy and paste runs as it stands, against a city that runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx
import pytest
from selenium.webdriver.support.ui import WebDriverWait

from tests.e2e.conftest import REPOSITORY, Open

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

PATIENCE_S: Final = 90
_TYPES: Final = re.compile(r"^import type .*\n|(?<=const told): [^=]+(?= =)", re.MULTILINE)
"""What makes the example TypeScript; without it, it is the same program."""


def quick_start(language: str) -> str:
    """The example of a language."""
    section = (REPOSITORY / "docs" / "partners.md").read_text().partition("## Quick starts")[2].partition("\n## ")[0]
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return str(found)


def run(page_url: str, *command: str, **more: str) -> str:
    """What a program prints that is given the API's address and a key."""
    key = httpx.get(f"{page_url}console/session").json()["key"]
    environment = {**os.environ, "API": page_url.rstrip("/"), "KEY": key, **more}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl_is_told_arrivals(page_url: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    assert '"answer_id":"city:' in run(page_url, "sh", "-c", quick_start("bash"))


def test_the_python_client_is_told_arrivals(page_url: str) -> None:
    told = run(page_url, sys.executable, "-c", quick_start("python"), PYTHONPATH=str(REPOSITORY / "clients" / "python"))
    assert "expected" in told


def test_typescript_is_told_arrivals_in_types_that_there_are(page_url: str, tmp_path: Path) -> None:
    written = quick_start("ts")
    named = re.findall(r'Answers\["([^"]+)"\]', written)
    types = (REPOSITORY / "clients" / "typescript" / "headway.d.ts").read_text()
    assert all(f'"{path}":' in types for path in named)
    assert len(_TYPES.findall(written)) == 2
    if shutil.which("node") is None:
        pytest.skip("no node")
    (tmp_path / "start.mjs").write_text(_TYPES.sub("", written))
    assert "expected" in run(page_url, "node", str(tmp_path / "start.mjs"))


def test_a_browser_is_told_all_and_then_what_changes(page_url: str, open_page: Open) -> None:
    browser = open_page()
    key = httpx.get(f"{page_url}console/session").json()["key"]
    browser.execute_script(
        "const [API, KEY, written] = arguments; globalThis.told = [];"
        "const told = { log: (...words) => globalThis.told.push(words.join(' ')) };"
        "const Run = Object.getPrototypeOf(async () => {}).constructor;"
        "new Run('API', 'KEY', 'console', written)(API, KEY, told);",
        page_url.rstrip("/"),
        key,
        quick_start("js"),
    )
    told = WebDriverWait(browser, PATIENCE_S).until(
        lambda asked: (
            any(line.startswith("delta") for line in asked.execute_script("return told"))
            and asked.execute_script("return told")
        )
    )
    assert re.fullmatch(r"snapshot city:\S+ \d+ runs", told[0])
