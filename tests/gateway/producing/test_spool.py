"""The spool keeps what it says it keeps, in order, within its limit, for one process."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager

import pytest

from attesa.core.errors import ConfigurationError, NoRoom
from attesa.core.topics import DEAD_LETTERS, EVENTS
from attesa.gateway.judging import Record
from attesa.gateway.producing.spool import Spool
from attesa.gateway.producing.spool_file import FILE, look


def record(number: int, size: int = 10) -> Record:
    return Record(EVENTS, f"k{number}".encode(), f"{number}".encode().rjust(size))


@asynccontextmanager
async def opened(folder, max_bytes=1_000_000):
    spool = Spool(folder, max_bytes)
    await spool.open()
    try:
        yield spool
    finally:
        await spool.close()


async def contents(spool: Spool) -> list[Record]:
    return [kept.record for kept in await spool.oldest(10_000)]


def test_what_was_put_is_there_after_the_file_is_opened_again(tmp_path):
    records = [record(1), Record(EVENTS, None, b"to every partition"), Record(DEAD_LETTERS, b"k", b"v")]

    async def scenario():
        async with opened(tmp_path) as spool:
            await spool.put(records)
        async with opened(tmp_path) as again:
            return await contents(again), again.depth, again.bytes

    found, depth, size = asyncio.run(scenario())
    assert (found, depth) == (records, 3)
    assert size == sum(len(r.topic) + len(r.key or b"") + len(r.value) for r in records)


def test_many_at_once_are_all_kept_each_in_one_piece(tmp_path):
    async def scenario():
        async with opened(tmp_path) as spool:
            await asyncio.gather(*(spool.put([record(n), record(n)]) for n in range(200)))
            return await contents(spool)

    found = asyncio.run(scenario())
    assert found[::2] == found[1::2]
    assert {r.key for r in found} == {f"k{n}".encode() for n in range(200)}


def test_what_is_forgotten_is_gone_and_the_order_stays(tmp_path):
    async def scenario():
        async with opened(tmp_path) as spool:
            await spool.put([record(n) for n in range(5)])
            await spool.forget(await spool.oldest(2))
            await spool.put([record(9)])
            left = await contents(spool)
            await spool.forget(await spool.oldest(10))
            return left, spool.depth, spool.bytes

    left, depth, size = asyncio.run(scenario())
    assert [r.key for r in left] == [b"k2", b"k3", b"k4", b"k9"]
    assert (depth, size) == (0, 0)


def test_it_is_filled_only_while_something_lies_in_it(tmp_path):
    async def scenario():
        async with opened(tmp_path) as spool:
            waiting = asyncio.create_task(spool.filled())
            await asyncio.sleep(0)
            before = waiting.done()
            await spool.put([record(1)])
            await waiting
            return before

    assert asyncio.run(scenario()) is False


def test_when_full_it_refuses_whole_deliveries_and_takes_smaller_ones(tmp_path):
    async def scenario():
        async with opened(tmp_path, max_bytes=1_000) as spool:
            await spool.put([record(1, 500)])
            with pytest.raises(NoRoom, match="full"):
                await spool.put([record(2, 100), record(3, 500)])
            await spool.put([record(4, 100)])
            return await contents(spool)

    assert [r.key for r in asyncio.run(scenario())] == [b"k1", b"k4"]


def test_it_takes_again_once_there_is_room(tmp_path):
    async def scenario():
        async with opened(tmp_path, max_bytes=1_000) as spool:
            for number in range(50):
                await spool.put([record(number, 900)])
                await spool.forget(await spool.oldest(1))
            return (tmp_path / FILE).stat().st_size

    assert asyncio.run(scenario()) < 300_000


def test_a_disk_without_room_is_a_refusal_and_no_failure(tmp_path):
    async def scenario():
        async with opened(tmp_path) as spool:
            spool._file._database.execute("PRAGMA max_page_count=3")  # as if the disk were full
            with pytest.raises(NoRoom, match="cannot be written"):
                await spool.put([record(1, 100_000)])
            return await contents(spool), spool.depth

    assert asyncio.run(scenario()) == ([], 0)


def test_a_second_process_with_the_same_folder_does_not_start(tmp_path):
    async def scenario():
        async with opened(tmp_path):
            await Spool(tmp_path, 1_000).open()

    with pytest.raises(ConfigurationError, match=r"ATTESA_SPOOL_DIR=.*a folder of its own"):
        asyncio.run(scenario())


def test_a_folder_that_cannot_be_made_is_told_at_the_start(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="ATTESA_SPOOL_DIR="):
        asyncio.run(Spool(tmp_path / "file" / "spool", 1_000).open())


def test_only_its_owner_may_read_it(tmp_path):
    async def scenario():
        async with opened(tmp_path / "spool"):
            pass

    asyncio.run(scenario())
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "spool" / FILE).stat().st_mode & 0o777 == 0o600


def test_what_is_set_aside_waits_behind_nobody_is_kept_and_counts_for_the_limit(tmp_path):
    async def scenario():
        async with opened(tmp_path, max_bytes=1_000) as spool:
            await spool.put([record(1, 100), record(2, 500), record(3, 100)])
            first, second, third = await spool.oldest(3)
            await spool.forget([first])
            await spool.set_aside(second, "too large")
            await spool.forget([third])
            empty = spool.depth
            with pytest.raises(NoRoom, match="full"):
                await spool.put([record(4, 480)])
        async with opened(tmp_path, max_bytes=1_000) as again:
            kept = await again.oldest_aside(10, after=0)
            found = (again.depth, again.aside.records, [one.record for one in kept], kept[0].at == second.at)
            await again.forget_aside(kept)
            return empty, found, again.bytes

    empty, found, left = asyncio.run(scenario())
    assert empty == 0
    assert found == (0, 1, [record(2, 500)], True)
    assert left == 0


def test_the_age_of_the_oldest_record_is_told_as_long_as_one_waits(tmp_path):
    clock = [1_000.0]

    async def scenario():
        spool = Spool(tmp_path, 1_000, lambda: clock[0])
        await spool.open()
        ages = [spool.oldest_seconds]
        await spool.put([record(1)])
        clock[0] += 60
        await spool.put([record(2)])
        clock[0] += 5
        ages.append(spool.oldest_seconds)
        await spool.forget(await spool.oldest(1))
        ages.append(spool.oldest_seconds)
        await spool.close()
        return ages

    assert asyncio.run(scenario()) == [0, 65, 5]


@pytest.mark.parametrize("damage", ["no database", "a page in the middle"])
def test_a_damaged_file_stops_the_start_and_says_what_to_do(damage, tmp_path):
    async def scenario():
        async with opened(tmp_path) as spool:
            await spool.put([record(n, 3_000) for n in range(50)])

    asyncio.run(scenario())
    path = tmp_path / FILE
    raw = path.read_bytes()
    middle = len(raw) // 2 // 4096 * 4096
    changed = b"no database at all" * 300
    path.write_bytes(
        changed if damage == "no database" else raw[:middle] + changed + raw[middle + len(changed) :]
    )
    with pytest.raises(ConfigurationError, match=r"ATTESA_SPOOL_DIR=.*damaged.*move it away.*\.recover"):
        asyncio.run(Spool(tmp_path, 1_000_000).open())


def test_a_file_that_was_taken_away_takes_nothing_more(tmp_path):
    """Written to, a file without a name would be gone with the process."""

    async def scenario():
        async with opened(tmp_path) as spool:
            (tmp_path / FILE).unlink()
            with pytest.raises(NoRoom, match="cannot be written"):
                await spool.put([record(1)])
            (tmp_path / FILE).write_bytes(b"")
            with pytest.raises(NoRoom, match="another file"):
                await spool.put([record(1)])
            return spool.depth

    assert asyncio.run(scenario()) == 0


def test_what_lies_there_is_seen_without_a_gateway_and_not_changed(tmp_path):
    async def scenario():
        async with opened(tmp_path) as spool:
            await spool.put([record(1, 100), record(2, 100)])
            await spool.set_aside((await spool.oldest(1))[0], "too large")

    assert look(tmp_path) is None
    asyncio.run(scenario())
    waiting, aside = look(tmp_path) or (None, None)
    assert (waiting.records, aside.records) == (1, 1)
    assert waiting.oldest_at is not None
    with pytest.raises(sqlite3.Error):
        asyncio.run(_looked_at_while_open(tmp_path))


async def _looked_at_while_open(folder):
    async with opened(folder):
        look(folder)
