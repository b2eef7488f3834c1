"""A request that cannot be answered: raised where it is noticed, written as a problem in one place."""

from api.problems import Problem


class Refusal(Exception):  # noqa: N818 - no error of ours: the request asked for what there is not
    """A problem to answer with. ``detail`` says what was wrong with this request, and how to mend it.

    ``members`` are the problem's further members; ``retry_after_s`` among them is told as a header as well.
    """

    def __init__(self, problem: Problem, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail
        self.members = members
