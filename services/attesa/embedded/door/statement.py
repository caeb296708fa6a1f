"""Reads one SQL statement as far as the door must: its kind, its format, where an insert's data begin.

No parser of SQL: it tells words from strings, comments and brackets, nothing more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from attesa.embedded.door.failure import SYNTAX_ERROR, refused

# Kinds of token; what is quoted or commented out hides its words.
_TOKEN = re.compile(
    rb"""
    (?P<space>\s+ | --[^\n]*(?:\n|$) | \#[!\ ][^\n]*(?:\n|$) | /\*.*?\*/)
    | (?P<quoted>'(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" | `(?:[^`\\]|\\.|``)*`)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>[0-9][A-Za-z0-9_.]*)
    | (?P<open>[(\[{]) | (?P<close>[)\]}])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_GIVES_ROWS = frozenset({"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "CHECK", "FROM"})
_DATA_FOLLOWS = re.compile(rb"[ \t\f]*;?[ \t\f]*\r?\n?")


@dataclass(frozen=True)
class Statement:
    """One statement.

    `sql` is without its FORMAT clause and, for an insert with data, without the data; `format` is None where
    no clause names one; `data` is None where the statement carries none.
    """

    sql: str
    kind: str
    format: str | None = None
    data: bytes | None = None

    @property
    def gives_rows(self) -> bool:
        return self.kind in _GIVES_ROWS


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def read_statement(text: bytes) -> Statement:
    """Split `text` into SQL and data.

    Raises Refused (SYNTAX_ERROR) for nothing, several statements, or SQL that is not UTF-8.
    """
    tokens = _outermost(text)
    first = next(tokens, None)
    if first is None:
        raise refused(SYNTAX_ERROR, "SYNTAX_ERROR", "Syntax error: Empty query")
    kind = first.text.upper()
    if kind == "INSERT":
        return _read_insert(text, tokens)
    return _read_other(text, kind, [first, *tokens])


def _outermost(text: bytes) -> Iterator[_Token]:
    """Tokens outside brackets, without the brackets; of `(SELECT …)` the first word all the same."""
    depth, position, seen = 0, 0, False
    while found := _TOKEN.match(text, position):
        position, kind = found.end(), found.lastgroup or "other"
        if kind == "space":
            continue
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif depth == 0 or not seen:
            seen = True
            yield _Token(kind, found.group().decode("utf-8", "replace"), found.start(), found.end())


def _read_insert(text: bytes, tokens: Iterator[_Token]) -> Statement:
    for token in tokens:
        word = token.text.upper() if token.kind == "word" else ""
        if word == "VALUES":
            return Statement(_decode(text[: token.start]), "INSERT", "Values", text[token.end :])
        if word == "FORMAT":
            name = next(tokens, None)
            if name is None or name.kind != "word":
                raise refused(SYNTAX_ERROR, "SYNTAX_ERROR", "Syntax error: FORMAT needs a name")
            gap = _DATA_FOLLOWS.match(text, name.end)
            data = text[gap.end() if gap else name.end :]
            return Statement(_decode(text[: token.start]), "INSERT", name.text, data)
        if word in {"SELECT", "WITH", "FROM", "WATCH", "EXPLAIN"}:
            break
    return Statement(_decode(text), "INSERT")


def _read_other(text: bytes, kind: str, tokens: list[_Token]) -> Statement:
    ends = [index for index, token in enumerate(tokens) if token.text == ";"]
    if ends:
        if any(token.text != ";" for token in tokens[ends[0] :]):
            raise refused(
                SYNTAX_ERROR,
                "SYNTAX_ERROR",
                "Syntax error (Multi-statements are not allowed): send one a request",
            )
        text, tokens = text[: tokens[ends[0]].start], tokens[: ends[0]]
    for clause, name in pairwise(tokens):
        if _is_format_clause(clause, name, tokens):
            sql = text[: clause.start] + text[name.end :]
            return Statement(_decode(sql), kind, name.text)
    return Statement(_decode(text), kind)


def _is_format_clause(clause: _Token, name: _Token, tokens: list[_Token]) -> bool:
    """FORMAT and a word, at the end or before SETTINGS: not a column or an alias of that name."""
    if clause.kind != "word" or clause.text.upper() != "FORMAT" or name.kind != "word":
        return False
    after = tokens.index(name) + 1
    return after == len(tokens) or tokens[after].text.upper() == "SETTINGS"


def _decode(sql: bytes) -> str:
    try:
        return sql.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise refused(SYNTAX_ERROR, "SYNTAX_ERROR", "Syntax error: the statement is not UTF-8") from None
