"""Shows the description: /openapi.json, and /docs, a page whose scripts come from a public CDN.

Behind a proxy that puts a path before ours (`root_path`), both name it.
"""

from functools import cache
from string import Template

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from attesa.gateway.http.description import TITLE, document

_PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>$title</title>
<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui.css">
</head>
<body>
<div id="described"></div>
<script src="https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({url: "$prefix/openapi.json", dom_id: "#described"})</script>
</body>
</html>
""")


async def _document(request: Request) -> Response:
    return Response(_encoded(request.scope.get("root_path", "")), media_type="application/json")


async def _page(request: Request) -> Response:
    return HTMLResponse(_PAGE.substitute(title=TITLE, prefix=request.scope.get("root_path", "")))


@cache
def _encoded(prefix: str) -> bytes:
    """`prefix` is the operator's: there is one."""
    servers = {"servers": [{"url": prefix}]} if prefix else {}
    return msgspec.json.encode(document() | servers)


DESCRIPTION = (Route("/openapi.json", _document), Route("/docs", _page))
