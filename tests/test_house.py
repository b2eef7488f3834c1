import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from schemas import topics

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("schemas", "transit", "runtime", "streams", "api", "simulators", "headway")
SOURCES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

SOURCE_LINES_MAX = 400
SOURCE_LINES_MEDIAN_MAX = 100
TEST_LINES_MAX = 600
FUNCTION_LINES_MAX = 60
BAGS = {"utils", "util", "common", "helpers", "helper", "misc", "constants", "manager", "base"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(file: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, Function))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 100
    assert len(TESTS) > 50


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    limits = [(file, SOURCE_LINES_MAX) for file in SOURCES] + [(file, TEST_LINES_MAX) for file in TESTS]
    too_long = {name_of(file): lines for file, most in limits if (lines := file.read_text().count("\n")) > most}
    assert too_long == {}


def test_most_files_are_short() -> None:
    assert median(file.read_text().count("\n") for file in SOURCES) <= SOURCE_LINES_MEDIAN_MAX


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {
        f"{name_of(file)}:{function.name}": lines
        for file in SOURCES
        for function in functions_of(file)
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert too_long == {}


def test_no_file_or_folder_is_a_bag() -> None:
    parts = {part for file in SOURCES + TESTS for part in (*file.relative_to(ROOT).parts[:-1], file.stem)}
    assert parts & BAGS == set()


def test_topic_names_stand_in_the_contract_alone() -> None:
    names = {topic.name for topic in topics.ALL}
    written: dict[str, set[str]] = {}
    for file in SOURCES:
        if file == ROOT / "schemas" / "topics.py":
            continue
        said = {
            node.value
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        if said & names:
            written[name_of(file)] = said & names
    assert written == {}


@pytest.mark.parametrize("pattern", [r"\bTODO\b", r"\bFIXME\b", r"\bXXX\b", r"#\s*type:\s*ignore\s*$", r"#\s*noqa\s*$"])
def test_nothing_is_put_off_or_silenced_without_a_reason(pattern: str) -> None:
    found = re.compile(pattern, re.MULTILINE)
    put_off = [name_of(file) for file in SOURCES + TESTS if file != Path(__file__) and found.search(file.read_text())]
    assert put_off == []


def test_nothing_kept_names_a_registry_or_a_path_of_some_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - any git will do
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    private = re.compile(r"pypi\.org|pythonhosted|repo\.maven|registry\.npmjs|/root/|/home/\w+/|/wor[k]/")
    named = []
    for name in filter(None, listed.stdout.split("\0")):
        file = ROOT / name
        if file == Path(__file__) or not file.is_file():
            continue
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        if private.search(text):
            named.append(name)
    assert named == []
