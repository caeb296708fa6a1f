"""The page of complaints and the tests of them name each other."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = (TESTS.parents[1] / "docs" / "complaints.md").read_text(encoding="utf-8")
ABOUT_NUMBERS, _, OTHERS = PAGE.partition("## Not about a number")
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in TESTS.glob("test_complaints_*.py")}


def test_every_complaint_about_a_number_is_a_test_and_every_test_stands_on_the_page() -> None:
    written = {
        name for text in SOURCES.values() for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)
    }

    assert set(re.findall(r"`(test_[a-z0-9_]+)`", ABOUT_NUMBERS)) == written


def test_every_test_names_a_thread_of_the_page() -> None:
    listed = set(re.findall(r"https://github\.com/[\w./-]+/\d+", ABOUT_NUMBERS))
    named = {
        link for text in SOURCES.values() for link in re.findall(r'"""(https://github\.com/\S+/\d+)', text)
    }

    assert named <= listed
    assert len(listed) == 39


def test_no_thread_is_on_both_lists() -> None:
    links = r"https://github\.com/[\w./-]+/\d+"

    assert not set(re.findall(links, ABOUT_NUMBERS)) & set(re.findall(links, OTHERS))
