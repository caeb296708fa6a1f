"""`attesa doctor` on a spool that no gateway has open; tests of the gateway's trouble ask one that runs."""

import time

import pytest

from attesa.cli.doctor_spool import spool_findings
from attesa.embedded.process import free_port
from attesa.gateway.judging import Record
from attesa.gateway.producing.spool_file import FILE, SpoolFile
from attesa.settings import Settings

RECORD = Record("attesa.events", b"shop:42", b"{}")


@pytest.fixture
def settings(tmp_path):
    return Settings(spool_dir=tmp_path, gateway_port=free_port())


def spooled(settings, seconds_ago):
    file = SpoolFile(settings.spool_dir, 1_000_000, lambda: time.time() - seconds_ago)
    file.open()
    assert file.store([[RECORD], [RECORD]]) == [None, None]
    return file


def test_nothing_is_said_where_nothing_was_ever_spooled(settings):
    assert list(spool_findings(settings)) == []


def test_what_waits_for_a_moment_is_well(settings):
    spooled(settings, 0).close()
    (finding,) = spool_findings(settings)
    assert (finding.well, finding.text.split(",")[0]) == (True, "2 records wait for Kafka")


def test_what_waits_for_long_is_not_well(settings):
    spooled(settings, 600).close()
    (finding,) = spool_findings(settings)
    assert not finding.well
    assert "as soon as a gateway runs" in finding.text


def test_what_lies_aside_is_told_and_is_not_well(settings):
    file = spooled(settings, 0)
    for one in file.oldest(2):
        file.set_aside(one, "MessageSizeTooLargeError")
    file.close()
    (finding,) = spool_findings(settings)
    assert not finding.well
    assert finding.text == "empty; 2 lie aside, for Kafka refuses them: the gateway's log says why"


def test_a_damaged_file_is_told(settings):
    (settings.spool_dir / FILE).write_bytes(b"no database " * 1_000)
    (finding,) = spool_findings(settings)
    assert not finding.well
    assert "cannot be read" in finding.text
