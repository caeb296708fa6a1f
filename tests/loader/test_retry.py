import asyncio
import logging

import pytest

from attesa.core.errors import ConfigurationError, Unreachable
from attesa.loader.retry import Retry


def answers(*outcomes):
    remaining = list(outcomes)

    async def attempt():
        outcome = remaining.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return attempt


def test_it_tries_until_the_server_answers_and_says_each_state_once(caplog):
    errors = []
    retry = Retry(errors.append)
    away = Unreachable("ClickHouse at http://x:1 does not answer")
    with caplog.at_level(logging.INFO, "attesa.loader"):
        result = asyncio.run(retry.until_done("ClickHouse", answers(away, away, 5)))
    assert result == 5
    assert errors == ["ClickHouse", "ClickHouse"]
    assert [record.message for record in caplog.records] == [
        "ClickHouse at http://x:1 does not answer; trying again until it works",
        "ClickHouse answers again",
    ]
    assert retry.away == {}


def test_what_waiting_cannot_mend_is_raised_at_once():
    retry = Retry(lambda _: None)
    with pytest.raises(ConfigurationError):
        asyncio.run(retry.until_done("ClickHouse", answers(ConfigurationError("wrong password"))))
