"""What was raised on the way becomes a problem body: ours, Starlette's own refusals, and failures."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from attesa.gateway.http.problems import Problem

MOST_DETAIL = 200  # characters of a path that are given back


def refuse_with_problems(app: Starlette) -> None:
    """Nothing leaves the application as anything else."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(Exception, _internal_problem)


async def _problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _http_problem(request: Request, error: Exception) -> Response:
    """Starlette's own refusals: unknown path, wrong method."""
    assert isinstance(error, HTTPException)
    kinds = {HTTPStatus.NOT_FOUND: "not-found", HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed"}
    kind = kinds.get(HTTPStatus(error.status_code), "bad-request")
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(_methods_of(request))
    return Problem(
        kind, f"{request.method} {request.scope['path']}"[:MOST_DETAIL], headers=headers
    ).response()


def _methods_of(request: Request) -> list[str]:
    """Of all routes with this path: Starlette names those of the first."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    found = [route.methods or set() for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted(set().union(*found))


async def _internal_problem(_request: Request, _error: Exception) -> Response:
    """A programming error: its traceback goes to the log, never to the client."""
    return Problem("internal", "the reason is in the gateway's log").response()
