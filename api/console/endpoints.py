"""The pages at ``/``, ``/answer`` and ``/partners``, their files, and the session that lends it the trial key."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from api.console.assets import ANSWER_PAGE, PAGE, PARTNERS_PAGE, Asset, load_assets
from api.console.session import may_have_trial_key
from api.negotiation import holds
from api.problems import NOT_FOUND
from api.refusal import Refusal
from runtime.ledger.trial import KEY_FILE

FindKey = Callable[[], str | None]
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def mount_console(app: FastAPI, find_trial_key: FindKey) -> None:
    """Serve the pages. ``find_trial_key`` gives the key to lend, where there is one."""

    async def session(request: Request) -> Response:
        client = request.client.host if request.client else None
        key = find_trial_key() if may_have_trial_key(client, request.headers) else None
        if key is None:
            raise Refusal(NOT_FOUND, "No trial key is lent here; enter a partner's key.")
        return JSONResponse({"key": key}, headers={"Cache-Control": "no-store", "Vary": "Origin, Sec-Fetch-Site"})

    pages = {"/": PAGE, "/partners": PARTNERS_PAGE, "/answer": ANSWER_PAGE}
    serve_files(app, load_assets(), pages=pages, below="/console/static/{name}")
    app.add_api_route("/console/session", session, methods=["GET"], include_in_schema=False, response_model=None)


def serve_files(app: FastAPI, assets: dict[str, Asset], *, pages: dict[str, str], below: str) -> None:
    """Serve each of ``pages`` (path: name of a file), and every file under its name at ``below``."""

    def page(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            return _serve(assets[name], request)

        return serve

    async def file(request: Request, name: str) -> Response:
        if name not in assets:
            raise Refusal(NOT_FOUND, f"The page has no file {name!r}.")
        return _serve(assets[name], request)

    app.add_api_route(below, file, methods=["GET"], include_in_schema=False, response_model=None)
    for path, name in pages.items():
        app.add_api_route(path, page(name), methods=["GET"], include_in_schema=False, response_model=None)


def read_trial_key(data_folder: Path) -> str | None:
    """The trial key that lies in the data folder; None where there is none."""
    path = data_folder / KEY_FILE
    return path.read_text().strip() or None if path.is_file() else None


def _serve(asset: Asset, request: Request) -> Response:
    headers = {
        "ETag": asset.etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": _POLICY,
    }
    if holds(request.headers.get("if-none-match", ""), asset.etag):
        return Response(status_code=304, headers=headers)
    coding, content = asset.choose(request.headers.get("accept-encoding", ""))
    if coding is not None:
        headers["Content-Encoding"] = coding
    return Response(content, media_type=asset.content_type, headers=headers)
