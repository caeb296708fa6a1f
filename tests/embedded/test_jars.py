"""Only the pinned jars are run."""

import json
import shutil

import pytest
from tests.integration import servers

from attesa.core.errors import ConfigurationError, Unreachable
from attesa.embedded import jars
from attesa.embedded.distribution import default_cache_dir
from attesa.embedded.jars import PINS, kafka_jars, read_pins, verify


@pytest.fixture(scope="module")
def fetched():
    """The real jars, fetched where they are not there yet."""
    cache = default_cache_dir()
    cache.mkdir(parents=True, exist_ok=True)
    try:
        return kafka_jars(cache, lambda _line: None)
    except Unreachable as error:
        return servers.missing(str(error))


def test_the_fetched_jars_are_exactly_the_pinned_ones(fetched):
    assert {jar.name for jar in fetched} == read_pins(PINS).keys()
    assert f"kafka_2.13-{jars.VERSION}.jar" in read_pins(PINS)


def test_one_altered_byte_in_a_remembered_jar_is_refused(fetched, tmp_path):
    altered = tmp_path / fetched[0].name
    shutil.copyfile(fetched[0], altered)
    with altered.open("ab") as file:
        file.write(b"\0")
    remembered = [str(altered), *(str(jar) for jar in fetched[1:])]
    (tmp_path / f"kafka-{jars.VERSION}.jars.json").write_text(json.dumps(remembered))
    with pytest.raises(ConfigurationError, match=f"{altered.name}: sha256 is"):
        kafka_jars(tmp_path, lambda _line: None)


def test_a_missing_and_an_unexpected_jar_are_both_named(fetched, tmp_path):
    stranger = tmp_path / "stranger.jar"
    stranger.touch()
    with pytest.raises(ConfigurationError, match=rf"missing {fetched[0].name}; unexpected stranger.jar"):
        verify([stranger, *fetched[1:]], read_pins(PINS))


def test_a_failed_download_says_so_without_a_traceback(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    monkeypatch.setenv("JGO_CACHE_DIR", str(tmp_path / "jgo"))
    with pytest.raises(Unreachable, match="could not be fetched from Maven Central") as caught:
        kafka_jars(tmp_path, lambda _line: None)
    assert "\n" not in str(caught.value)


def test_a_second_start_does_not_ask_the_network(fetched, tmp_path):
    (tmp_path / f"kafka-{jars.VERSION}.jars.json").write_text(json.dumps([str(jar) for jar in fetched]))
    said: list[str] = []
    assert kafka_jars(tmp_path, said.append) == fetched
    assert said == []
