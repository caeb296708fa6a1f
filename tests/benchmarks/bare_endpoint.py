"""An endpoint that reads a body and answers, and nothing else: what a request costs that nobody uses."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def take(request: Request) -> Response:
    await request.body()
    return Response()


app = Starlette(routes=[Route("/v1/sources/{source:path}", take, methods=["POST"])])
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
