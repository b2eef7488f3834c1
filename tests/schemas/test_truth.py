import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import topics
from schemas.namespace import LIVE, replay_namespace, replay_prefix, topic_name
from schemas.topics import Topic
from schemas.truth import PREFIX, TRUTH_CALLS, TRUTH_TOPICS, TrueCall, TrueRun, TruthMessage, decode_calls, encode_truth

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [file for package in ("runtime", "streams", "api") for file in sorted((ROOT / package).rglob("*.py"))]
NAMESPACES = [LIVE, "town", replay_namespace("rehearsal", 1)]


@pytest.mark.parametrize("truth", TRUTH_TOPICS, ids=lambda each: each.name)
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_no_name_that_another_process_reads_is_a_name_of_the_truth_or_begins_or_ends_like_one(
    truth: Topic, namespace: str
) -> None:
    name = topic_name(truth, namespace)
    assert truth.name.startswith(PREFIX)
    for topic in topics.ALL:
        other = topic_name(topic, namespace)
        assert not other.startswith(PREFIX)
        assert not name.startswith(other.removesuffix(".v1"))
        assert not name.endswith(f".{topic.name}")


def test_the_truth_is_in_no_list_from_which_processes_make_read_or_remove_topics() -> None:
    assert not set(topics.ALL) & set(TRUTH_TOPICS)
    assert len({topic.name for topic in TRUTH_TOPICS}) == len(TRUTH_TOPICS)
    assert not any(topic_name(topic).startswith(replay_prefix()) for topic in TRUTH_TOPICS)


def test_no_process_reads_topics_by_a_pattern_that_could_match_the_truths() -> None:
    by_pattern = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in OTHERS
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("subscribe", "topic", "psubscribe")
        and any(keyword.arg == "pattern" for keyword in node.keywords)
    ]
    assert by_pattern == []


def test_no_other_process_names_the_truth() -> None:
    said = {
        f"{file.relative_to(ROOT)}"
        for file in OTHERS
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(PREFIX)
    }
    assert said == set()


@given(st.text(max_size=20), st.integers(0, 1 << 32), st.floats(0, 4e9))
def test_a_message_is_read_as_it_was_written(words: str, at: int, moment: float) -> None:
    call = TrueCall(TrueRun(words, "20261124", None), 3, words, 7, is_rail=True, is_first=False,
                    aimed_departure=moment, arrival=moment, departure=moment)  # fmt: skip
    message = TruthMessage("hash", at, at + 5, [call])
    assert decode_calls(encode_truth(message)) == message
    assert TRUTH_CALLS.retention_ms
