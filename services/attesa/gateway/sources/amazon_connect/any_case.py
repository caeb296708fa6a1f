"""Reading fields whose capitals vary: Amazon writes agentInfo here and AgentInfo there."""

from typing import Any

from attesa.gateway.sources.reading import Reader


class AnyCase(Reader):
    """A reader that finds a field by its name in any capitals; the exact name goes first."""

    __slots__ = ()

    def _find(self, path: str) -> Any:
        return super()._find(_written(self.value, path))


def _written(value: Any, path: str) -> str:
    """The path as the body writes it; as it was given from where it leads nowhere."""
    steps = path.split(".") if path else []
    for place, step in enumerate(steps):
        if isinstance(value, dict):
            if step not in value:
                folded = step.casefold()
                step = next((name for name in value if name.casefold() == folded), step)  # noqa: PLW2901
            steps[place], value = step, value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            break
    return ".".join(steps)
