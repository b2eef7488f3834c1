import orjson

from api import problems


def test_every_problem_has_a_type_of_its_own() -> None:
    types = [problem.type for problem in problems.ALL]
    assert len(set(types)) == len(types)


def test_the_closed_list_names_every_problem_of_the_module() -> None:
    named = [value for value in vars(problems).values() if isinstance(value, problems.Problem)]
    assert set(named) == set(problems.ALL)


def test_a_problem_answer_says_what_was_wrong_and_carries_its_members() -> None:
    answer = problems.problem_response(
        problems.QUOTA_EXCEEDED, "The day's quota of 10 is used up.", headers={"Retry-After": "7"}, window="day"
    )
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "7"
    assert orjson.loads(answer.body) == {
        "type": "/problems/quota-exceeded",
        "title": "The plan's quota is used up",
        "status": 429,
        "detail": "The day's quota of 10 is used up.",
        "window": "day",
    }
