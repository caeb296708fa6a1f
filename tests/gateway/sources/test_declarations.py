"""What an adapter declares that it can tell is what its code tells: no more, and no less."""

import ast
import inspect
import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

from attesa.gateway import sources
from attesa.gateway.sources import REGISTRY
from attesa.gateway.sources.capabilities import NO

TOLD_BY = {
    "accepted": {"agent.accepted"},
    "transfer": {"session.transferred"},
    "end": {"session.ended"},
    "survey": {"survey.answered"},
    "purchase": {"purchase.made"},
    "presence": {"agent.presence"},
}
WRITTEN_BY_TEAMS = {"cloudevents", "standard_webhooks"}  # what comes is told


def modules(name):
    """The module of an adapter, those within it, and those beside it that bear its name."""
    found = [m.name for m in pkgutil.iter_modules(sources.__path__) if m.name.startswith(name)]
    for each in found:
        module = import_module(f"attesa.gateway.sources.{each}")
        yield module
        for inner in pkgutil.iter_modules(getattr(module, "__path__", ())):
            yield import_module(f"{module.__name__}.{inner.name}")


def told(module: ModuleType):
    """The types of events that a module writes, and whether it tells of agents."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.Attribute) and node.attr == "tell_agent":
            yield "agent.presence"


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - WRITTEN_BY_TEAMS))
@pytest.mark.parametrize("what", TOLD_BY)
def test_what_a_source_declares_is_what_it_tells(name, what):
    written = {text for module in modules(name) for text in told(module)}
    declared = getattr(REGISTRY[name].tells, what) is not NO
    assert declared == bool(written & TOLD_BY[what])


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - WRITTEN_BY_TEAMS))
def test_a_source_of_conversations_tells_who_wrote_and_what_it_cannot_tell_is_left_out(name):
    written = {text for module in modules(name) for text in told(module)}
    assert (REGISTRY[name].tells.author is not NO) == ("message.sent" in written)
    assert (REGISTRY[name].tells.requested is not NO) == ("message.sent" in written)
