"""Everything that can go wrong with a request, written as a problem."""

from typing import cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.problems import INTERNAL, INVALID_PARAMETER, METHOD_NOT_ALLOWED, NOT_FOUND, problem_response
from api.refusal import Refusal

_log = structlog.get_logger(__name__)

_BY_STATUS = {400: INVALID_PARAMETER, 404: NOT_FOUND, 405: METHOD_NOT_ALLOWED}
_SHOWN_MAX = 5
_RETRY_AFTER_S = 2


def write_failures_as_problems(app: FastAPI) -> None:
    """Teach the application to answer every failure with ``application/problem+json``."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


async def _refused(_: Request, raised: Exception) -> Response:
    refusal = cast("Refusal", raised)
    retry_after_s = refusal.members.get("retry_after_s", _RETRY_AFTER_S)
    headers = {"retry-after": str(retry_after_s)} if refusal.problem.status in (429, 503) else None
    return problem_response(refusal.problem, refusal.detail, headers=headers, **refusal.members)


async def _invalid(_: Request, raised: Exception) -> Response:
    errors = cast("RequestValidationError", raised).errors()
    wrong = [{"parameter": str(error["loc"][-1]), "problem": error["msg"]} for error in errors[:_SHOWN_MAX]]
    detail = "; ".join(f"{each['parameter']}: {each['problem']}" for each in wrong)
    return problem_response(INVALID_PARAMETER, detail, errors=wrong)


async def _http(request: Request, raised: Exception) -> Response:
    failed = cast("HTTPException", raised)
    path = request.url.path
    details = {
        404: f"Nothing is at {path}; see /openapi.json for what there is.",
        405: f"{path} does not take {request.method}; /openapi.json says what it takes.",
        400: "The body is not JSON in UTF-8.",
    }
    problem = _BY_STATUS.get(failed.status_code, INTERNAL)
    return problem_response(problem, details.get(failed.status_code, INTERNAL.mending), headers=failed.headers)


async def _failed(request: Request, raised: Exception) -> Response:
    _log.error("request_failed", path=request.url.path, error=f"{type(raised).__name__}: {raised}")
    return problem_response(INTERNAL, "This is our mistake and was noted; ask again.")
