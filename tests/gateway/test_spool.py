"""The spool keeps what it says it keeps, in order, within its limit, for one process."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from attesa.core.errors import ConfigurationError, NoRoom
from attesa.core.topics import DEAD_LETTERS, EVENTS
from attesa.gateway.judging import Record
from attesa.gateway.spool import FILE, Spool


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
            spool._database.execute("PRAGMA max_page_count=3")  # as if the disk were full
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
