"""Who waits now, and since when."""

from tests.core.making import feed, of, processor, progress, take
from tests.oracle.stories import agent, customer, ended, ms, queued, started
from tests.oracle.telling import packed


def oldest(*steps: list[dict]) -> list[float | None]:
    """After each step: since when the one waits who has waited longest, in seconds."""
    sessions = processor()
    found = []
    for told in steps:
        feed(sessions, *told)
        (row,) = take(sessions).totals
        since = row.oldest_requested_at
        found.append(None if since is None else (since - ms(0)) / 1000)
    return found


def test_the_oldest_is_the_earliest_request_of_those_who_wait() -> None:
    first, second = of("a", queued(5), agent(20)), of("b", queued(9), ended(30, "customer"))
    assert oldest([second[0]], [first[0]], [first[1]], [second[1]]) == [9, 5, 9, None]


def test_a_request_told_late_makes_somebody_wait_longer() -> None:
    assert oldest([customer(9)], [customer(4)], [queued(6)]) == [9, 4, 6]


def test_whoever_waits_again_after_a_correction_is_seen_waiting_again() -> None:
    reply = agent(20)
    note = reply | {"data": {"author": "agent", "visible": False}}
    assert packed(note) < packed(reply)
    assert oldest([queued(5)], [reply], [note]) == [5, None, 5]


def test_restless_sessions_are_seen_once_they_wait() -> None:
    # Nobody asks behind a bot; a hand-over asks; without the bot the message had asked.
    bots = started(0, bot_first=True)
    without = bots | {"data": {}}
    assert packed(without) < packed(bots)
    assert oldest([customer(3)], [bots], [without]) == [3, None, 3]


def test_time_alone_takes_nobody_off_the_waiting() -> None:
    assert oldest([queued(5)], [progress(40)], [progress(190)]) == [5, 5, 5]
