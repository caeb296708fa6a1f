"""The twenty traps of chat platforms' payloads, the sources each concerns, and the tests marked with them.

A test is marked `@pytest.mark.trap(7, "livechat", …)`: the trap's number, the sources that it proves it for.
`python -m tests.gateway.sources.traps` writes the table.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parents[2]


class Trap(NamedTuple):
    name: str
    sources: frozenset[str]


def _trap(name: str, *sources: str) -> Trap:
    return Trap(name, frozenset(sources))


TRAPS = {
    1: _trap(
        "units of time differ, within a payload too",
        *("amazon_connect", "chatwoot", "intercom", "livechat", "shopify", "whatsapp_cloud"),
    ),
    2: _trap("an instant that means never", "amazon_connect", "chatwoot", "intercom", "livechat"),
    3: _trap("a fact without a time of its own", "livechat", "rocketchat", "sunshine_conversations"),
    4: _trap(
        "one id for several facts, one fact under several ids",
        *("chatwoot", "shopify", "sunshine_conversations", "whatsapp_cloud"),
    ),
    5: _trap("the whole transcript again", "intercom", "livechat", "rocketchat"),
    6: _trap(
        "bots that look like agents",
        *("chatwoot", "intercom", "livechat", "rocketchat", "sunshine_conversations"),
    ),
    7: _trap("what the customer does not see", "amazon_connect", "chatwoot", "intercom", "livechat"),
    8: _trap("an agent's words inside another event", "intercom"),
    9: _trap(
        "sessions that the business begins",
        *("amazon_connect", "chatwoot", "intercom", "livechat", "sunshine_conversations", "whatsapp_cloud"),
    ),
    10: _trap(
        "reopened under the same id, or under a new one",
        *("amazon_connect", "chatwoot", "intercom", "livechat", "sunshine_conversations", "whatsapp_cloud"),
    ),
    11: _trap(
        "a transfer is a contact, a difference of states, a hand-over or an event",
        *("amazon_connect", "chatwoot", "intercom", "livechat", "rocketchat", "sunshine_conversations"),
    ),
    12: _trap(
        "assigned is not accepted is not answered",
        *("amazon_connect", "chatwoot", "intercom", "livechat", "rocketchat", "sunshine_conversations"),
    ),
    13: _trap("the platform's own `abandoned`", "amazon_connect", "intercom"),
    14: _trap("the platform's own waits", "intercom", "livechat"),
    15: _trap("durations below nought", "amazon_connect"),
    16: _trap(
        "no order, and everything twice",
        *("amazon_connect", "chatwoot", "intercom", "livechat", "rocketchat", "sunshine_conversations"),
        "whatsapp_cloud",
    ),
    17: _trap("losses", "amazon_connect", "chatwoot", "livechat", "rocketchat"),
    18: _trap(
        "the answer that the platform needs", "intercom", "rocketchat", "segment", "sunshine_conversations"
    ),
    19: _trap("examples that contradict themselves", "chatwoot", "intercom", "sunshine_conversations"),
    20: _trap("ids as numbers and as text", "intercom", "shopify", "sunshine_conversations"),
}


def marked() -> dict[tuple[int, str], list[str]]:
    """The tests of each trap and source, as `file::test`."""
    found = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for number, sources in _marks(node):
                    for source in sources:
                        found[number, source].append(f"{path.relative_to(TESTS)}::{node.name}")
    return dict(found)


def _marks(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, list[str]]]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.trap":
            number, *sources = [ast.literal_eval(argument) for argument in mark.args]
            yield number, sources


def table() -> Iterator[str]:
    tests = marked()
    for number, trap in TRAPS.items():
        yield f"{number}. {trap.name}"
        for source in sorted(trap.sources):
            for test in tests.get((number, source), ["(no test)"]):
                yield f"   {source}: {test}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in table())
