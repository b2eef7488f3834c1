"""``/deprecations``: where the Link header of what is to go leads."""

from html import escape

from fastapi import APIRouter
from starlette.responses import Response

from api.deprecations.declared import DEPRECATIONS, NOTICE, Deprecated
from api.deprecations.marks import PAGE
from api.problem_pages.endpoints import page

router = APIRouter(include_in_schema=False)


@router.get(PAGE)
async def list_deprecations() -> Response:
    """Everything that is to go, since when that is said, when it may be gone, and what to use."""
    entries = "".join(_described(each) for each in DEPRECATIONS)
    policy = (
        f"What is deprecated works as before for {NOTICE.days} days at the least after it is first said here, in the"
        " <code>Deprecation</code> header of its answers, in the description and in the list of changes; the"
        " <code>Sunset</code> header names the first day on which it may be gone."
    )
    return page("Deprecations", f"<p>{policy}</p><ul>{entries or '<li>Nothing is deprecated.</li>'}</ul>")


def _described(each: Deprecated) -> str:
    ends = "its end is not decided" if each.sunset is None else f"may be gone from {each.sunset}"
    return f"<li><code>{escape(each.name)}</code>, deprecated since {each.since}, {ends}. {escape(each.instead)}</li>"
