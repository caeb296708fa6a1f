"""ClickHouse's HTTP interface in front of the engine: reads requests, words answers.

Knows the protocol and no SQL beyond statement.py.
"""

import asyncio
import json
import os
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web
from multidict import MultiDict

from attesa.embedded.door.compression import choose, compress, decompress
from attesa.embedded.door.engine import DEFAULT_FORMAT, Answer, Engine, Request
from attesa.embedded.door.failure import NOT_IMPLEMENTED, Refused, refused
from attesa.embedded.door.statement import read_statement

MAX_BODY_BYTES = 256 * 1024 * 1024
_THREADS = 4
_CHUNK_BYTES = 1024 * 1024
_END_SECONDS = 10
_PARAMETER = "param_"

# What the HTTP interface itself consumes; every other name is a setting of the engine.
_OF_THE_INTERFACE = frozenset(
    {
        *("query", "query_id", "database", "default_format", "user", "password", "quota_key", "role"),
        *("session_id", "session_timeout", "session_check", "close_session"),
        *("compress", "decompress", "buffer_size", "wait_end_of_query", "client_protocol_version"),
        *("stacktrace", "add_http_cors_header", "framing", "external_data"),
    }
)
_CONTENT_TYPES = {
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "CSV": "text/csv; charset=UTF-8",
    "JSON": "application/json; charset=UTF-8",
    "XML": "application/xml; charset=UTF-8",
    "Native": "application/octet-stream",
    "RowBinary": "application/octet-stream",
    "Arrow": "application/octet-stream",
    "Parquet": "application/octet-stream",
}

ENGINE = web.AppKey("engine", Engine)
_POOL = web.AppKey("pool", ThreadPoolExecutor)


def make_app(engine: Engine) -> web.Application:
    """The HTTP application over `engine`."""
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app[ENGINE] = engine
    app[_POOL] = ThreadPoolExecutor(_THREADS, thread_name_prefix="engine")
    app.router.add_get("/ping", _ok)
    app.router.add_get("/replicas_status", _ok)
    app.router.add_route("GET", "/", _answer)
    app.router.add_route("POST", "/", _answer)
    app.on_shutdown.append(_hurry)
    app.on_cleanup.append(_close)
    return app


async def _hurry(_app: web.Application) -> None:
    """A statement that runs for minutes must not hold up the end; what was acknowledged is on disk."""
    timer = threading.Timer(_END_SECONDS, os._exit, [0])
    timer.daemon = True
    timer.start()


async def _close(app: web.Application) -> None:
    app[_POOL].shutdown(cancel_futures=True)
    app[ENGINE].close()


async def _ok(_request: web.Request) -> web.Response:
    return web.Response(text="Ok.\n", headers={"X-ClickHouse-Server-Display-Name": "attesa"})


async def _answer(http: web.Request) -> web.StreamResponse:
    options, body = await _read(http)
    if http.method == "GET" and not options.get("query") and not body:
        return await _ok(http)
    headers = {
        "X-ClickHouse-Server-Display-Name": "attesa",
        "X-ClickHouse-Query-Id": options.get("query_id") or str(uuid.uuid4()),
        "X-ClickHouse-Timezone": "UTC",
    }
    loop = asyncio.get_running_loop()
    try:
        answer = await loop.run_in_executor(http.app[_POOL], _run, http, options, body)
    except Refused as failure:
        print(f"{failure.status} {failure}"[:500], file=sys.stderr, flush=True)  # noqa: T201  the door's log
        headers["X-ClickHouse-Exception-Code"] = str(failure.code)
        return web.Response(status=failure.status, text=f"{failure}\n", headers=headers)
    headers |= _headers(answer)
    if options.get("enable_http_compression") == "1" and answer.body:
        encoding = choose(http.headers.get("Accept-Encoding", ""))
        if encoding is not None:
            headers["Content-Encoding"] = encoding
            packed = await loop.run_in_executor(http.app[_POOL], compress, answer.body, encoding)
            return await _send(http, headers, packed)
    return await _send(http, headers, answer.body)


async def _read(http: web.Request) -> tuple[dict[str, str], bytes]:
    """Options from the address, the headers and a form; the body where it is not a form."""
    options = dict(http.query)
    options.setdefault("default_format", http.headers.get("X-ClickHouse-Format", DEFAULT_FORMAT))
    options.setdefault("database", http.headers.get("X-ClickHouse-Database", ""))
    if http.content_type != "multipart/form-data":
        return options, await http.read()
    form: MultiDict[Any] = MultiDict(await http.post())
    options.update({name: value for name, value in form.items() if isinstance(value, str)})
    if any(not isinstance(value, str) for value in form.values()):
        options["external_data"] = "1"
    return options, b""


def _run(http: web.Request, options: dict[str, str], body: bytes) -> Answer:
    """In a thread: unpack, read, run. Raises Refused."""
    if options.get("compress") == "1" or options.get("decompress") == "1" or "external_data" in options:
        raise refused(
            NOT_IMPLEMENTED,
            "NOT_IMPLEMENTED",
            "The embedded ClickHouse has neither the blocks of compress=1 nor external data; "
            "use enable_http_compression=1, or a ClickHouse server",
        )
    body = decompress(body, http.headers.get("Content-Encoding", ""))
    query = options.get("query", "").encode()
    text = b"\n".join(part for part in (query, body) if part)
    return http.app[ENGINE].run(
        Request(
            statement=read_statement(text),
            database=options["database"],
            default_format=options["default_format"],
            settings={
                name: value
                for name, value in options.items()
                if name not in _OF_THE_INTERFACE and not name.startswith(_PARAMETER)
            },
            parameters={
                name.removeprefix(_PARAMETER): value
                for name, value in options.items()
                if name.startswith(_PARAMETER)
            },
            read_only=http.method == "GET",
        )
    )


def _headers(answer: Answer) -> dict[str, str]:
    summary = {
        "read_rows": answer.read_rows,
        "read_bytes": answer.read_bytes,
        "written_rows": answer.written_rows,
        "written_bytes": answer.written_bytes,
        "elapsed_ns": answer.elapsed_ns,
    }
    headers = {"X-ClickHouse-Summary": json.dumps({name: str(value) for name, value in summary.items()})}
    if answer.format is None:
        return headers | {"Content-Type": "text/plain; charset=UTF-8"}
    headers["X-ClickHouse-Format"] = answer.format
    known = (kind for name, kind in _CONTENT_TYPES.items() if answer.format.startswith(name))
    return headers | {"Content-Type": next(known, "text/plain; charset=UTF-8")}


async def _send(http: web.Request, headers: dict[str, str], body: bytes) -> web.StreamResponse:
    """In pieces, so that a large answer leaves the loop to others."""
    response = web.StreamResponse(headers=headers)
    response.content_length = len(body)
    await response.prepare(http)
    view = memoryview(body)
    for start in range(0, len(body), _CHUNK_BYTES):
        await response.write(view[start : start + _CHUNK_BYTES])
    await response.write_eof()
    return response
