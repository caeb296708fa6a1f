"""An export of a platform compared with what a real ClickHouse holds: from its file to the exit code."""

import csv
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_dead_letter, a_session
from typer.testing import CliRunner

from attesa.cli.app import load
from attesa.core import topics
from attesa.core.rows import encode
from attesa.gateway.dead_letters.burying import Letter
from attesa.settings import child_environment

HOUR = 3_600_000
KEY = Fernet.generate_key().decode()
SHOP = "chatwoot/shop"


@pytest.fixture(scope="module")
def migrated(clickhouse) -> Iterator[Stored]:
    """A database for all tests of the module: migrating one takes longer than most of them."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    stored = Stored(clickhouse, name, {})
    yield stored
    stored.command(f"DROP DATABASE {name} SYNC")


@pytest.fixture
def store(migrated: Stored) -> Stored:
    migrated.empty()
    migrated.command("TRUNCATE TABLE dead_letters")
    return migrated


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def holds(store: Stored, *numbers: int, source: str = SHOP, **changes: Any) -> None:
    """Conversations of Chatwoot are stored, one begun each hour from nine."""
    store.write(
        *(
            a_session(
                f"{source}/{number}/1", **{"source": source, "started_at": NINE + number * HOUR} | changes
            )
            for number in numbers
        )
    )


def chats(folder: Path, *numbers: int, name: str = "chats.csv") -> Path:
    """An export of Chatwoot's with those conversations."""
    path = folder / name
    lines = [f"{number};{iso(NINE + number * HOUR)};Ada" for number in numbers]
    path.write_text("\n".join(["ID;Created At;Contact", *lines]))
    return path


def environment_of(store: Stored) -> dict[str, str]:
    settings = store.settings
    return {
        "ATTESA_CLICKHOUSE_URL": settings.clickhouse_url,
        "ATTESA_CLICKHOUSE_USER": settings.clickhouse_user,
        "ATTESA_CLICKHOUSE_PASSWORD": settings.clickhouse_password.get_secret_value(),
        "ATTESA_CLICKHOUSE_DATABASE": settings.clickhouse_database,
    }


def reconcile(store: Stored, *arguments: object, source: str = SHOP, key: str = "") -> tuple[int, str, str]:
    """Run the command: exit code, output, what a person is told on stderr."""
    environment = environment_of(store) | {"ATTESA_DEAD_LETTER_KEY": key}
    ran = CliRunner().invoke(
        load(), ["reconcile", source, "--tenant", "acme", *map(str, arguments)], env=environment
    )
    told = "" if ran.exception is None else str(ran.exception)
    code = getattr(ran.exception, "exit_code", ran.exit_code)
    return code, ran.stdout, ran.stderr + told


def figures(store: Stored, *arguments: object, **changes: Any) -> dict[str, Any]:
    code, out, told = reconcile(store, *arguments, "--json", **changes)
    assert code in {0, 1}, told
    return dict(json.loads(out))


def test_all_that_is_stored_is_coverage_one(store: Stored, tmp_path: Path):
    holds(store, 1, 2, 3)
    code, out, told = reconcile(store, chats(tmp_path, 1, 2, 3))

    assert code == 0, told
    assert "coverage      1.0000" in out
    assert "CSV with semicolons, utf-8" in out


def test_what_is_missing_is_named_with_its_time_and_shown_by_the_hour(store: Stored, tmp_path: Path):
    holds(store, 1, 2, 4)
    code, out, _ = reconcile(store, chats(tmp_path, 1, 2, 3, 4))

    assert code == 1
    assert "coverage      0.7500" in out
    assert "missing 1999-01-05 12:00  3" in out
    assert "1999-01-05 12:00         1         1 ░" in out
    assert "1999-01-05 11:00         1         - █" in out


def test_a_coverage_that_will_do_is_exit_code_0(store: Stored, tmp_path: Path):
    holds(store, 1, 2, 4)
    path = chats(tmp_path, 1, 2, 3, 4)

    assert reconcile(store, path, "--at-least", 0.75)[0] == 0
    assert reconcile(store, path, "--at-least", 0.76)[0] == 1


def test_what_the_file_does_not_name_is_extra_within_its_time(store: Stored, tmp_path: Path):
    holds(store, 1, 2, 3, 30)
    holds(store, 7, source="chatwoot/other")
    found = figures(store, chats(tmp_path, 1, 3))

    assert (found["coverage"], found["extra"]) == (1, 1)
    assert found["extra_names"] == [f"{SHOP}/2"]


def test_a_conversation_that_was_reopened_is_one_and_no_extra(store: Stored, tmp_path: Path):
    holds(store, 1, 2)
    store.write(a_session(f"{SHOP}/1/2", source=SHOP, started_at=NINE + 90 * 60_000))
    found = figures(store, chats(tmp_path, 1, 2))

    assert (found["contacts"], found["found"], found["extra"]) == (2, 2, 0)


def test_a_session_that_was_taken_away_is_missing(store: Stored, tmp_path: Path):
    holds(store, 1, 2)
    holds(store, 2, deleted=True)

    assert [one["id"] for one in figures(store, chats(tmp_path, 1, 2))["missing_ids"]] == ["2"]


def test_another_tenant_s_conversation_of_the_same_name_is_not_found(store: Stored, tmp_path: Path):
    holds(store, 1)
    holds(store, 2, tenant="other")

    assert figures(store, chats(tmp_path, 1, 2))["found"] == 1


def test_the_missing_ones_are_written_as_csv_and_the_comparison_changes_nothing(
    store: Stored, tmp_path: Path
):
    holds(store, 1)
    output = tmp_path / "missing.csv"
    before = store.select("SELECT count(), max(version) FROM sessions")
    first = reconcile(store, chats(tmp_path, 1, 2, 3), "--output", output)
    again = reconcile(store, chats(tmp_path, 1, 2, 3), "--output", output)

    assert first == again
    assert store.select("SELECT count(), max(version) FROM sessions") == before
    with output.open(newline="") as file:
        assert [(row["id"], row["conversation"]) for row in csv.DictReader(file)] == [
            ("2", f"{SHOP}/2"), ("3", f"{SHOP}/3"),
        ]  # fmt: skip


def test_what_began_only_now_is_said_apart(store: Stored, tmp_path: Path):
    holds(store, 1)
    now = int(time.time() * 1000)
    path = tmp_path / "chats.csv"
    path.write_text(f"id,created_at\n1,{iso(NINE)}\n2,{now // 1000}\n")
    found = figures(store, path)

    assert (found["contacts"], found["coverage"]) == (1, 1)
    assert found["apart"] == {"began so lately that they may still be on their way": 1}


def test_the_period_asked_for_limits_both_sides(store: Stored, tmp_path: Path):
    holds(store, 1, 2, 3, 4)
    found = figures(
        store, chats(tmp_path, 1, 2, 9), "--since", iso(NINE + 2 * HOUR), "--until", iso(NINE + 4 * HOUR)
    )

    assert (found["contacts"], found["found"], found["extra"]) == (1, 1, 1)


def test_contacts_of_amazon_connect_are_one_for_all_their_legs_and_tasks_stay_apart(
    store: Stored, tmp_path: Path
):
    store.write(a_session("amazon_connect/a/1", source="amazon_connect"))
    path = tmp_path / "records.jsonl"
    at = iso(NINE)
    path.write_text(
        f'{{"ContactId": "a", "Channel": "CHAT", "InitiationTimestamp": "{at}"}}'
        f'{{"ContactId": "b", "InitialContactId": "a", "Channel": "CHAT", "InitiationTimestamp": "{at}"}}'
        f'{{"ContactId": "t", "Channel": "TASK", "InitiationTimestamp": "{at}"}}'
    )
    found = figures(store, path, source="amazon_connect")

    assert (found["rows"], found["contacts"], found["coverage"]) == (3, 1, 1)
    assert found["apart"] == {"tasks": 1}


def test_a_team_s_own_conversations_bear_their_own_names(store: Stored, tmp_path: Path):
    store.write(a_session("chat-42/1", source="shop.example/chat"))
    path = tmp_path / "own.json"
    path.write_text(json.dumps([{"chat_id": 42, "started_at": iso(NINE)}]))

    assert figures(store, path, source="shop.example/chat")["found"] == 0
    assert figures(store, path, "--prefix", "chat-", source="shop.example/chat")["found"] == 1


def test_where_no_id_is_known_both_names_are_shown(store: Stored, tmp_path: Path):
    holds(store, 2)
    _, out, _ = reconcile(store, chats(tmp_path, 1, 3))

    assert f"looked for {SHOP}/1, ClickHouse holds such as {SHOP}/2" in out
    assert "--id COLUMN" in out


def test_contacts_from_before_the_source_are_said(store: Stored, tmp_path: Path):
    holds(store, 5, 6)
    _, out, _ = reconcile(store, chats(tmp_path, 1, 5, 6))

    assert "1 began before the source's first session (1999-01-05 14:00): --since leaves them out" in out


def test_hours_in_which_nothing_arrived_are_named(store: Stored, tmp_path: Path):
    holds(store, 1, 2, 9)
    _, out, _ = reconcile(store, chats(tmp_path, *range(1, 10)))

    assert "nothing arrived of 6 contacts from 1999-01-05 12:00 to 1999-01-05 18:00" in out


def test_missing_ids_are_looked_for_among_the_dead_letters(store: Stored, tmp_path: Path):
    holds(store, 1)
    delivered = Letter(
        datetime.now(UTC), {}, {}, b'{"event": "message_created", "conversation": {"id": 700001}}'
    )
    store.write(
        a_dead_letter(
            tenant="acme", reason="invalid", origin=f"sources/{SHOP}/abc/0", at=int(time.time() * 1000),
            sealed=Fernet(KEY).encrypt(encode(delivered)).decode(),
        ),
        topic=topics.DEAD_LETTERS,
    )  # fmt: skip
    path = tmp_path / "chats.csv"
    path.write_text(f"id,created_at\n1,{iso(NINE)}\n700001,{iso(NINE)}\n700002,{iso(NINE)}\n")
    _, out, _ = reconcile(store, path, key=KEY)

    assert "dead letters since then: 1 invalid: `attesa dead-letters list --source chatwoot/shop" in out
    assert "1 of the missing are named there: `attesa dead-letters replay --source chatwoot/shop`" in out
    _, out, _ = reconcile(store, path)
    assert "no bytes were kept, or no key opens them" in out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (
            b"name;mail\nAda;a\n",
            "no column display_id, id, conversation_id: name the one with the contact's id",
        ),
        (b"id;created_at\n", "no contact to compare"),
        (b'{"payload": [{"name": "Ada"}]}', "there are: payload.name"),
        (b"PK\x03\x04", "save the sheet as CSV"),
        (b'{"payload": [{"id": 1', "not JSON"),
        ("id;name\n1;Zoë\n".encode("latin-1"), "try --encoding latin-1"),
        (b"id;created_at\n1;31/01/2026\n", "--time-format"),
    ],
)
def test_a_file_that_cannot_be_used_is_exit_code_2_with_what_to_do(
    store: Stored, tmp_path: Path, content: bytes, told: str
):
    holds(store, 1)
    path = tmp_path / "export"
    path.write_bytes(content)
    code, out, error = reconcile(store, path)

    assert (code, out) == (2, "")
    assert told in error
    assert str(path) in error


def test_a_source_that_was_never_seen_is_exit_code_2_with_those_that_were(store: Stored, tmp_path: Path):
    holds(store, 1)
    code, _, told = reconcile(store, chats(tmp_path, 1), source="chatwoot/shopp")

    assert code == 2
    assert (
        "no session of chatwoot/shopp is stored for tenant 'acme'; there are those of: chatwoot/shop" in told
    )


def test_a_platform_without_a_list_of_conversations_says_so(store: Stored, tmp_path: Path):
    code, _, told = reconcile(store, chats(tmp_path, 1), source="whatsapp_cloud")

    assert code == 2
    assert "WhatsApp Cloud API has no list of conversations" in told


def test_a_file_that_is_not_there_is_exit_code_2(store: Stored, tmp_path: Path):
    holds(store, 1)
    code, _, told = reconcile(store, tmp_path / "nothing.csv")

    assert code == 2
    assert "nothing.csv: No such file" in told


def test_without_clickhouse_it_says_which_address_does_not_answer(tmp_path: Path):
    environment = {"ATTESA_CLICKHOUSE_URL": "http://127.0.0.1:9"}
    ran = CliRunner().invoke(load(), ["reconcile", SHOP, str(chats(tmp_path, 1))], env=environment)

    assert "http://127.0.0.1:9 does not answer" in str(ran.exception)


def test_the_process_ends_with_the_exit_code_and_one_line_of_what_is_wrong(store: Stored, tmp_path: Path):
    holds(store, 1)
    config = tmp_path / "attesa.yaml"
    config.write_text("sources: {chatwoot/shop: {tenant: acme}}")
    environment = child_environment(environment_of(store) | {"ATTESA_CONFIG": str(config)})

    def ran(*arguments: object, text: str = "") -> tuple[int, str, str]:
        command = [sys.executable, "-m", "attesa", "reconcile", SHOP, *map(str, arguments)]
        done = subprocess.run(
            command, env=environment, input=text, capture_output=True, text=True, check=False, timeout=100
        )
        return done.returncode, done.stdout, done.stderr

    assert ran(chats(tmp_path, 1))[::2] == (0, "")
    assert ran(chats(tmp_path, 1, 2))[::2] == (1, "")
    assert ran("-", text=f"id,created_at\n1,{iso(NINE)}\n")[::2] == (0, "")
    code, out, told = ran(chats(tmp_path), "--id", "Number")
    assert (code, out) == (2, "")
    assert told.splitlines()[-1].startswith("attesa: ")
    assert "no column Number" in told


def test_events_that_a_team_put_on_kafka_are_looked_for_by_their_subject(store: Stored, tmp_path: Path):
    store.write(a_session("chat-000001/1", source="shop.example/chat"))
    event = {"source": "shop.example/chat", "subject": "chat-000002", "type": "attesa.session.queud"}
    store.write(
        a_dead_letter(
            tenant="acme", reason="invalid", at=int(time.time() * 1000),
            sealed=Fernet(KEY).encrypt(json.dumps(event).encode()).decode(),
        ),
        topic=topics.DEAD_LETTERS,
    )  # fmt: skip
    path = tmp_path / "own.csv"
    path.write_text(f"chat_id,start\nchat-000001,{iso(NINE)}\nchat-000002,{iso(NINE)}\n")
    _, out, _ = reconcile(store, path, source="shop.example/chat", key=KEY)

    assert "dead letters since then: 1 invalid: `attesa dead-letters list --tenant acme" in out
    assert "1 of the missing are named there: `attesa dead-letters replay --tenant acme`" in out


def test_dead_letters_of_another_source_say_nothing(store: Stored, tmp_path: Path):
    holds(store, 1)
    store.write(
        a_dead_letter(
            tenant="acme", origin="sources/chatwoot/other/abc/0", topic="", at=int(time.time() * 1000)
        ),
        a_dead_letter(tenant="acme", topic="attesa.events", offset=18, at=int(time.time() * 1000)),
        topic=topics.DEAD_LETTERS,
    )
    _, out, _ = reconcile(store, chats(tmp_path, 1, 2))

    assert "no dead letters of the source since then" in out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--time", "Ended"), "no row has a time in the column Ended"),
        (("--zone", "Rome"), "--zone Rome: write a zone such as Europe/Rome"),
        (("--since", "yesterday"), "--since yesterday: write a date or an instant"),
        (("--since", "2020-01-01"), "no contact to compare"),
        (("--encoding", "klingon"), "unknown encoding: klingon"),
    ],
)
def test_an_option_that_cannot_be_used_is_exit_code_2(
    store: Stored, tmp_path: Path, options: tuple[str, str], told: str
):
    holds(store, 1)
    code, out, error = reconcile(store, chats(tmp_path, 1), *options)

    assert (code, out) == (2, "")
    assert told in error
