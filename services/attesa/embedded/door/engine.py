"""The ClickHouse engine of chdb: runs one statement at a time on a handle of its own, as HTTP requests do.

Handles are cheap (a millisecond) and carry the database and the settings of one request; the engine and its
data are shared. Nothing else in the process may open chdb.
"""

import json
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from chdb.state.sqlitelike import Connection

from attesa.embedded.door.failure import BAD_ARGUMENTS, from_engine, refused
from attesa.embedded.door.statement import Statement

DEFAULT_FORMAT = "TabSeparated"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


@dataclass(frozen=True)
class Request:
    """One statement and what it runs under."""

    statement: Statement
    database: str = ""
    default_format: str = DEFAULT_FORMAT
    settings: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    read_only: bool = False


@dataclass(frozen=True)
class Answer:
    """What a statement gave; `format` is None where it gives no rows."""

    body: bytes
    format: str | None
    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0
    elapsed_ns: int = 0


class Engine:
    """The engine on one data folder, until closed. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        self._path = str(folder)
        self._keep_open = Connection(self._path)

    def close(self) -> None:
        self._keep_open.close()

    def run(self, request: Request) -> Answer:
        """Run it. Raises Refused with the engine's code and text."""
        handle = None
        try:
            handle = Connection(self._path)
            _configure(handle, request)
            statement = request.statement
            if statement.data is not None and statement.format and not request.parameters:
                return _insert(handle, statement.sql, statement.format, statement.data)
            return _query(handle, request)
        except RuntimeError as error:
            raise from_engine(str(error)) from None
        finally:
            if handle is not None:
                handle.close()


def _configure(handle: Connection, request: Request) -> None:
    if request.database:
        handle.query(f"USE {_quote_name(request.database)}")
    if request.settings:
        pairs = (f"{_checked(name)} = {_quote(value)}" for name, value in request.settings.items())
        handle.query(f"SET {', '.join(pairs)}")
    if request.read_only:
        handle.query("SET readonly = 2")


def _insert(handle: Connection, sql: str, data_format: str, data: bytes) -> Answer:
    """By way of a file: the engine's own streaming insert acknowledges rows that it then refuses."""
    with tempfile.NamedTemporaryFile(prefix="attesa-insert-") as file:
        file.write(data)
        file.flush()
        done = handle.query(f"{sql} FROM INFILE {_quote(file.name)} COMPRESSION 'none' FORMAT {data_format}")
    return Answer(
        b"",
        None,
        written_rows=done.rows_written(),
        written_bytes=done.bytes_written(),
        elapsed_ns=int(done.elapsed() * 1e9),
    )


def _query(handle: Connection, request: Request) -> Answer:
    statement = request.statement
    sql = statement.sql
    if statement.data is not None:  # an insert with parameters among its values
        data = statement.data.decode("utf-8")
        sql = (
            f"{sql} VALUES {data}"
            if statement.format == "Values"
            else f"{sql} FORMAT {statement.format}\n{data}"
        )
    wanted = (statement.format if statement.kind != "INSERT" else None) or request.default_format
    result = handle.query(sql, wanted, params=request.parameters)
    body = result.bytes() or b""
    if not body and statement.gives_rows and wanted == "Native":
        body = _empty_block(handle, request)
    return Answer(
        body,
        wanted if statement.gives_rows else None,
        read_rows=result.rows_read(),
        read_bytes=result.bytes_read(),
        written_rows=result.rows_written(),
        written_bytes=result.bytes_written(),
        elapsed_ns=int(result.elapsed() * 1e9),
    )


def _empty_block(handle: Connection, request: Request) -> bytes:
    """The Native block of no rows, which names the columns; the server sends it, chdb sends nothing."""
    answer = handle.query(request.statement.sql, "JSONCompact", params=request.parameters).bytes()
    columns = json.loads(answer)["meta"] if answer else []
    block = bytearray(_varint(len(columns)) + _varint(0))
    for column in columns:
        for text in (column["name"], column["type"]):
            encoded = text.encode()
            block += _varint(len(encoded)) + encoded
    return bytes(block)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise refused(BAD_ARGUMENTS, "BAD_ARGUMENTS", f"'{name}' cannot be the name of a setting")
    return name


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _quote_name(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"
