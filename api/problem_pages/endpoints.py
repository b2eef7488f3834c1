"""``/problems`` and ``/problems/{slug}``: where a problem's ``type`` leads."""

from html import escape
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.problems import ALL, NOT_FOUND, Problem
from api.refusal import Refusal

_BY_SLUG: Final = {problem.slug: problem for problem in ALL}
_HEADERS: Final = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)


@router.get("/problems")
async def list_problems() -> Response:
    """Every problem the API can answer with."""
    entries = "".join(
        f'<li><a href="{problem.type}">{problem.slug}</a> ({problem.status}): {escape(problem.title)}</li>'
        for problem in ALL
    )
    return page("Problems", f"<ul>{entries}</ul>")


@router.get("/problems/{slug}")
async def get_problem(slug: str) -> Response:
    """One problem."""
    problem = _BY_SLUG.get(slug)
    if problem is None:
        raise Refusal(NOT_FOUND, f"There is no problem {slug!r}; /problems lists all.")
    return page(problem.title, _described(problem))


def _described(problem: Problem) -> str:
    return (
        f"<p>HTTP status {problem.status}, type <code>{problem.type}</code>.</p>"
        f"<h2>What was wrong</h2><p>{escape(problem.wrong)}</p>"
        f"<h2>How to mend it</h2><p>{escape(problem.mending)}</p>"
        '<p><a href="/problems">All problems</a></p>'
    )


def page(title: str, body: str) -> Response:
    """A plain page that explains something of the API."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
    return Response(f"{head}<h1>{escape(title)}</h1>{body}</html>", headers=_HEADERS, media_type="text/html")
