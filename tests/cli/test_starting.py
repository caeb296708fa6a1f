"""The command line loads what a command needs, and no more."""

import json
import subprocess
import sys

import pytest

HEAVY = ("starlette.applications", "uvicorn", "faust", "chdb", "phonenumbers", "attesa.gateway.sources")
PROGRAM = """
import json, sys
from attesa.cli import main
sys.argv = ["attesa", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    code = ended.code
print(json.dumps({"code": code or 0, "loaded": sorted(sys.modules)}), file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    command = [sys.executable, "-c", PROGRAM, *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(ran.stderr.splitlines()[-1])
    assert told["code"] == 0
    return set(told["loaded"])


@pytest.mark.parametrize(
    "words", [["--help"], ["settings"], ["sources", "--help"], ["dead-letters", "--help"]], ids=" ".join
)
def test_no_server_no_engine_and_no_adapter_is_loaded_for_a_page_of_help(words: list[str]):
    assert loaded(*words).isdisjoint(HEAVY)


def test_what_platforms_tell_is_listed_without_a_server():
    found = loaded("sources", "list")
    assert found.isdisjoint(HEAVY[:4])
    assert "attesa.gateway.sources" in found
