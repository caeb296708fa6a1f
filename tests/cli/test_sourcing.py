"""`attesa adapt`, `attesa sources`, `attesa validate`: events to stdout, reasons beside them, exit codes."""

import json

import pytest
from typer.testing import CliRunner

from attesa.cli.app import load
from attesa.gateway.sources import REGISTRY

MESSAGE = {
    "event": "message_created",
    "id": 41,
    "content": "very secret words",
    "created_at": "2026-01-25T11:00:00.250Z",
    "message_type": "incoming",
    "conversation": {"id": 7},
}
CONFIGURATION = """
tenants:
  default: {pseudonym_key: THE_KEY}
sources:
  rocketchat: {secrets: [THE_SECRET]}
  chatwoot: {tokens: [THE_SECRET]}
  shop-chat: {topics: [shop.chat.raw]}
"""


@pytest.fixture
def delivery(tmp_path):
    path = tmp_path / "delivery.json"
    path.write_text(json.dumps(MESSAGE))
    return path


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_COLOR", "1")

    def command(*arguments):
        return CliRunner().invoke(load(), [str(argument) for argument in arguments])

    return command


@pytest.fixture
def configuration(monkeypatch, tmp_path):
    path = tmp_path / "attesa.yaml"
    path.write_text(CONFIGURATION)
    monkeypatch.setenv("ATTESA_CONFIG", str(path))
    monkeypatch.setenv("THE_KEY", "a key of sixteen characters")
    monkeypatch.setenv("THE_SECRET", "one secret")


def test_adapt_prints_events_and_says_loudly_that_the_key_is_no_key(run, delivery):
    result = run("adapt", "--source", "chatwoot/shop", delivery)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["id"] == "chatwoot/shop/7/message-41"
    assert "EVERYBODY KNOWS" in result.stderr
    assert "very secret" not in result.output


def test_adapt_with_a_key_says_nothing_more(run, delivery, configuration):
    assert run("adapt", "--source", "chatwoot", delivery).stderr == ""


def test_adapt_says_why_there_are_none(run, tmp_path):
    paths = []
    for name, body in (
        ("typing", {"event": "conversation_typing_on"}),
        ("new", {"event": "sung"}),
        ("no", {}),
    ):
        paths.append(tmp_path / name)
        paths[-1].write_text(json.dumps(body))
    result = run("adapt", "--source", "chatwoot", *paths)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "typing: ignored: conversation_typing_on: typing" in result.stderr
    assert "new: unmapped: sung" in result.stderr
    assert "no: invalid: event: the field is missing" in result.stderr


def test_adapt_takes_headers_in_both_notations_and_the_time_of_receipt(run, delivery, tmp_path):
    headers = tmp_path / "headers"
    for text in ('{"X-A": "1"}', "X-A: 1\n\nX-B: 2\n"):
        headers.write_text(text)
        asked = ("--headers", headers, "--received", "2026-01-25T12:00:00")
        assert run("adapt", "--source", "chatwoot", *asked, delivery).exit_code == 0
    early = run("adapt", "--source", "chatwoot", "--received", "2025-01-25T12:00:00", delivery)
    assert "created_at: a time more than an hour after its receipt" in early.stderr


def test_an_unknown_platform_is_named_with_the_known_ones(run, delivery):
    result = run("adapt", "--source", "telegraph", delivery)
    assert "chatwoot" in str(result.exception)


def test_every_platform_is_listed(run):
    printed = run("sources", "list").stdout
    assert all(name in printed for name in REGISTRY)


@pytest.mark.parametrize("platform", sorted(REGISTRY))
def test_the_example_of_a_platform_can_be_adapted_with_its_headers(run, tmp_path, configuration, platform):
    shown = run("sources", "example", platform)
    (body := tmp_path / "body.json").write_text(shown.stdout)
    (headers := tmp_path / "headers.txt").write_text(shown.stderr)
    adapted = run("adapt", "--source", platform, "--headers", headers, body)
    assert (shown.exit_code, adapted.exit_code, adapted.stderr) == (0, 0, "")
    assert json.loads(adapted.stdout.splitlines()[0])["type"].startswith("attesa.")


def test_a_delivery_is_tried_with_its_signature(run, delivery, configuration):
    good = run("sources", "test", "chatwoot", "--payload", delivery, "--query", "token=one+secret")
    assert good.exit_code == 0
    assert good.stdout.startswith("signature: verified\nattesa.events default:chatwoot/7 ")
    bad = run("sources", "test", "chatwoot", "--payload", delivery, "--query", "token=x")
    assert (bad.exit_code, bad.stdout.splitlines()[0]) == (1, "signature: forged")


def test_without_a_configuration_no_signature_is_checked(run, delivery):
    result = run("sources", "test", "chatwoot", "--payload", delivery)
    assert result.exit_code == 0
    assert result.stdout.startswith("signature: not checked")


def test_validate_tells_file_line_and_path(run, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text('{"type": "attesa.session.ended"}\n')
    result = run("validate", path)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}: line 1: invalid: ")
    assert "1 events, 1 wrong" in result.stderr


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "record.json"
    told = {"specversion": "1.0", "id": "1", "source": "crm", "type": "attesa.session.started"}
    told |= {"time": "2026-01-31T12:00:00Z", "subject": "chat-1", "data": {"customer": "ada@example.org"}}
    path.write_text(json.dumps(told))
    return path


def test_a_record_of_a_teams_topic_is_tried_as_the_gateway_would_read_it(run, record, configuration):
    result = run("sources", "test", "shop-chat", "--payload", record)
    assert result.exit_code == 0, result.output
    assert "whoever may write to shop.chat.raw is believed" in result.output
    assert "attesa.events default:chat-1 " in result.output
    assert "ada@example.org" not in result.output
    adapted = run("adapt", "--source", "shop-chat", record)
    assert json.loads(adapted.stdout)["source"] == "shop-chat"


def test_a_record_of_a_teams_topic_may_be_in_binary_mode(run, record, configuration, tmp_path):
    told = json.loads(record.read_text())
    headers = tmp_path / "headers.txt"
    headers.write_text("".join(f"ce_{name}: {told[name]}\n" for name in told if name != "data"))
    record.write_text(json.dumps(told["data"]))
    result = run("sources", "test", "shop-chat", "--payload", record, "--headers", headers)
    assert "attesa.events default:chat-1 " in result.output


def test_topics_of_teams_are_listed_below_the_platforms(run, configuration):
    last = run("sources", "list").stdout.splitlines()[-1]
    assert last.split()[0] == "shop-chat"
    assert "shop.chat.raw (tenant default)" in last
