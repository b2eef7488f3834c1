"""Apache Kafka's own jars: found in the user's cache, or fetched into it by Maven."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from runtime.errors import UserError

VERSION: Final = "4.1.1"
HOW_TO_GET: Final = (
    "install Java 17 or later and Maven (on Debian: default-jre-headless, maven), then run `headway parts`"
)

_POM: Final = Path(__file__).with_name("kafka_pom.xml")
_FETCH_WITHIN_S: Final = 900
_LOG_TAIL_CHARS: Final = 500


def cache_folder() -> Path:
    """Where parts that Headway fetches are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "headway"


def jars_folder() -> Path:
    """Where this version's jars are kept."""
    return cache_folder() / f"kafka-{VERSION}"


def has_kafka() -> bool:
    """Whether an Apache Kafka can be started on this machine."""
    return shutil.which("java") is not None and jars_folder().is_dir()


def get_jars() -> Path:
    """The folder of the jars.

    Raises:
        UserError: they, or Java, are not on this machine.
    """
    if shutil.which("java") is None:
        raise UserError(f"Java is not on this machine, Apache Kafka needs it: {HOW_TO_GET}")
    if not jars_folder().is_dir():
        raise UserError(f"Apache Kafka is not on this machine: {HOW_TO_GET}")
    return jars_folder()


def fetch_jars() -> Path:
    """Have Maven fetch the jars unless they are there; the folder appears only when it is whole.

    Raises:
        UserError: Maven is missing or failed.
    """
    if jars_folder().is_dir():
        return jars_folder()
    maven = shutil.which("mvn")
    if maven is None:
        raise UserError(f"Maven is not on this machine: {HOW_TO_GET}")
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder()) as scratch:
        fetched = Path(scratch) / "jars"
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={fetched}"]
        command = [maven, "-q", "-B", "-f", str(_POM), f"-DbuildDirectory={scratch}", *goal]
        try:
            run = subprocess.run(  # noqa: S603 - the command is ours, no shell is involved
                command, capture_output=True, text=True, timeout=_FETCH_WITHIN_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise UserError(f"Maven did not fetch Apache Kafka within {_FETCH_WITHIN_S} s") from None
        if run.returncode != 0:
            raise UserError(f"Maven could not fetch Apache Kafka: {(run.stdout + run.stderr)[-_LOG_TAIL_CHARS:]}")
        if not jars_folder().is_dir():
            fetched.rename(jars_folder())
    return jars_folder()
