"""What a real payload's adapter was found to tell when it was reviewed: kept as a file, compared whole.

`python -m tests.gateway.sources.golden PLATFORM/NAME.json [header=value…]` writes what the file would hold,
for review; the sentence `why` is the reviewer's. Payloads stay in the shared folder, and no text of theirs
gets into a file.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.gateway.sources.conftest import NOW

from attesa.gateway.sources import REGISTRY, Adapted, Context, Delivery

FOLDER = Path(__file__).parent / "golden"
KEY = b"a key of the tests"
THE_SAME_IN_ALL = ("specversion", "tenant", "source")


def names() -> list[str]:
    """`platform/payload.json` of every file there is."""
    return sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.json"))


def adapted(name: str, raw: bytes, headers: dict[str, str]) -> Adapted:
    platform = name.partition("/")[0]
    context = Context("default", platform, "main", KEY)
    return REGISTRY[platform].adapt(Delivery(raw, NOW, headers=headers), context)


def as_kept(found: Adapted) -> dict[str, Any]:
    """All that an adapter said, as JSON; of events what differs between them."""
    return {
        "events": [
            {field: value for field, value in event.items() if field not in THE_SAME_IN_ALL}
            for event in found.events
        ],
        "unmapped": [each.native for each in found.unmapped],
        "invalid": [[each.path, each.detail] for each in found.invalid],
        "ignored": [[each.native, each.why] for each in found.ignored],
    }


def written(file: dict[str, Any]) -> str:
    """One event a line: what an adapter tells otherwise is a difference of few lines."""
    return "{\n" + ",\n".join(f'"{field}": {_lines(value)}' for field, value in file.items()) + "\n}\n"


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in value) + "\n]"


if __name__ == "__main__":
    payloads = Path(os.environ.get("ATTESA_SHARED") or Path(__file__).parents[4] / "shared") / "payloads"
    told = dict(pair.split("=", 1) for pair in sys.argv[2:])
    said = as_kept(adapted(sys.argv[1], (payloads / sys.argv[1]).read_bytes(), told))
    sys.stdout.write(written({"why": "", **({"headers": told} if told else {}), **said}))
