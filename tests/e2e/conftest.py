"""A Headway that runs as a developer starts it, and a browser that looks at its page."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from runtime.embedded.ports import find_free_port

START_TIMEOUT_S = 200
REPOSITORY = Path(__file__).resolve().parents[2]
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en",
)  # fmt: skip

Open = Callable[..., webdriver.Chrome]


def _leave_out(why: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope="session")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of a ``headway up`` that has its first arrivals."""
    port = find_free_port()
    folder = tmp_path_factory.mktemp("up")
    command = [sys.executable, "-m", "headway", "up", "--folder", str(folder), "--port", str(port)]
    command += ["--record", str(folder / "archive")]
    running = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: list[str] = []
    ready = threading.Event()
    reader = threading.Thread(target=_listen, args=(running, said, ready), daemon=True)
    reader.start()
    try:
        if not ready.wait(START_TIMEOUT_S):
            pytest.fail(f"headway up told no page in {START_TIMEOUT_S} s:\n{''.join(said)}", pytrace=False)
        yield f"http://127.0.0.1:{port}/"
    finally:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(60)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        reader.join(5)
        if running.stdout:
            running.stdout.close()


def _listen(running: "subprocess.Popen[str]", said: list[str], ready: threading.Event) -> None:
    """Keep what the process says until it ends; the page's line is the sign that it serves."""
    for line in running.stdout or ():
        said.append(line)
        if re.search(r"\bpage\b.*http", line):
            ready.set()


@pytest.fixture
def open_page(page_url: str, tmp_path: Path) -> Iterator[Open]:
    """Open the page in a fresh browser of a size and a light or dark setting."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        _leave_out("no chromium: apt-get install chromium chromium-driver")
    opened: list[webdriver.Chrome] = []

    def open_one(*, width: int = 1280, height: int = 800, dark: bool = False, query: str = "") -> webdriver.Chrome:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for option in (*OPTIONS, f"--user-data-dir={tmp_path / str(len(opened))}", f"--window-size={width},{height}"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        browser = webdriver.Chrome(options=options, service=Service(driver))
        opened.append(browser)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.set_script_timeout(30)
        browser.get(page_url + query)
        return browser

    yield open_one
    for browser in opened:
        browser.quit()
