"""Which contacts are known, each counted once; when they are missing; what the page says of it."""

from collections import Counter
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from attesa.reconcile.comparing import BATCH, HOUR_MS, Comparison
from attesa.reconcile.contacts import Contact
from attesa.reconcile.gaps import gaps, picture, steps, width_of
from attesa.reconcile.naming import named, telling
from attesa.reconcile.result import Result, as_object, lines

UTC = ZoneInfo("UTC")
START = 490_000  # hours since 1970: 2025-11-24 16:00


def contact(name: int | str, hour: int | None = 0, apart: str | None = None) -> Contact:
    return Contact(f"{name}", f"desk/{name}", None if hour is None else (START + hour) * HOUR_MS, apart)


def compared(found: list[Contact], *known: int | str) -> Comparison:
    stored = {f"desk/{name}" for name in known}
    comparison = Comparison(lambda asked: stored & set(asked))
    for _ in comparison.add(found):
        pass
    return comparison


def result(comparison: Comparison, **changes: object) -> Result:
    return Result("desk", "acme", ("CSV",), comparison, **{"zone": UTC, "first_at": 0} | changes)


def page(told: Result) -> str:
    return "\n".join(lines(told, 20))


names = st.integers(0, 40)


@given(st.lists(st.builds(contact, names, st.none() | st.integers(0, 90))), st.sets(names), st.randoms())
def test_neither_the_order_of_rows_nor_how_often_each_comes_changes_a_count(rows, known, random):
    first = compared(rows, *known)
    shuffled = [*rows, *rows]
    random.shuffle(shuffled)
    again = compared(shuffled, *known)

    assert (again.found, again.compared) == (first.found, first.compared)
    assert {one.id for one in again.missing} == {one.id for one in first.missing}


@given(st.lists(st.builds(contact, names, st.none() | st.integers(0, 90))), st.sets(names))
def test_every_contact_is_found_or_missing_and_stands_in_one_hour(rows, known):
    told = compared(rows, *known)

    assert told.found + len(told.missing) == len({row.id for row in rows})
    assert told.found_by_hour.total() + told.missing_by_hour.total() + told.without_time == told.compared


def test_a_large_file_is_asked_for_in_batches():
    asked: list[int] = []
    comparison = Comparison(lambda names: asked.append(len(names)) or set(names))
    read = list(comparison.add(map(contact, range(2 * BATCH + 1))))

    assert asked == [BATCH, BATCH, 1]
    assert read == [BATCH, 2 * BATCH, 2 * BATCH + 1]


def test_what_is_set_aside_is_not_compared_and_no_extra_either():
    told = compared([contact(1), contact(2, apart="tasks"), contact(3, apart="tasks")], 1)

    assert (told.compared, told.apart) == (1, Counter(tasks=2))
    assert [told.names(f"desk/{name}") for name in (1, 2, 4)] == [True, True, False]


def test_a_contact_that_one_row_sets_aside_and_another_tells_is_compared():
    assert compared([contact(1, apart="tasks"), contact(1)], 1).found == 1


def test_coverage_is_found_over_compared_and_never_shown_as_one_while_any_is_missing():
    told = compared([contact(name) for name in range(100_000)], *range(1, 100_000))

    assert told.coverage == 0.99999
    assert "coverage      0.9999" in page(result(told))
    assert compared([]).coverage is None


def test_a_run_of_hours_without_any_is_a_gap_and_quiet_hours_do_not_part_it():
    """found    1 1 . . . . 1
    missing  . 2 2 . 2 1 .      hours 2, 4 and 5 are one gap: nothing began in 3"""
    hours = [START + hour for hour in range(7)]
    found = {hours[0]: 1, hours[1]: 1, hours[6]: 1}
    missing = {hours[1]: 2, hours[2]: 2, hours[4]: 2, hours[5]: 1}
    (gap,) = gaps(found, missing, UTC)

    assert (gap.start, gap.end, gap.missing) == ("2025-11-24 18:00", "2025-11-24 22:00", 5)


def test_one_or_two_missing_contacts_are_no_outage():
    assert gaps({}, {START: 2}, UTC) == []


def test_hours_belong_to_the_day_of_the_zone():
    (evening,) = steps({START + 7: 1}, {}, "day", UTC)
    (night,) = steps({START + 7: 1}, {}, "day", ZoneInfo("Europe/Rome"))

    assert (evening.name, night.name) == ("2025-11-24", "2025-11-25")


def test_a_longer_span_is_shown_by_wider_steps():
    day = 24 * HOUR_MS

    assert [width_of(span * day) for span in (2, 3, 92, 93)] == ["hour", "day", "day", "month"]


@given(st.dictionaries(st.integers(START, START + 60), st.integers(1, 10**6)),
       st.dictionaries(st.integers(START, START + 60), st.integers(1, 10**6)))  # fmt: skip
def test_the_picture_shows_a_mark_for_all_that_is_there(found, missing):
    told = steps(found, missing, "hour", UTC)
    for step, line in zip(told, list(picture(told, "hour"))[1:], strict=True):
        bar = line.rsplit(" ", 1)[-1]
        assert len(bar) <= 40
        assert ("░" in bar) == bool(step.missing) or len(bar) == 1


def test_the_page_shows_the_oldest_missing_first_and_says_how_many_more():
    told = page(result(compared([contact(name, 30 - name) for name in range(30)])))

    assert told.index("  29\n") < told.index("  28\n")
    assert "and 10 more: --all prints them" in told


def test_without_a_time_there_is_no_picture_and_the_option_is_named():
    told = page(result(compared([contact(1, None), contact(2, None)], 1)))

    assert "without a time: --time COLUMN names it" in told
    assert "█" not in told


def test_without_dead_letters_the_deliveries_never_arrived():
    told = page(result(compared([contact(1), contact(2)], 1)))

    assert "no dead letters of the source since then: their deliveries never arrived" in told


def test_for_programs_everything_has_a_name():
    told = as_object(result(compared([contact(1), contact(2, 1)], 1), extra=3, dead={"invalid": 4}), 20)

    assert (told["coverage"], told["extra"], told["dead_letters"]) == (0.5, 3, {"invalid": 4})
    assert told["missing_ids"] == [{"id": "2", "conversation": "desk/2", "at": "2025-11-24T17:00:00.000Z"}]


def test_ids_are_found_as_values_in_json_in_text_within_it_and_in_forms():
    ids = telling({"700001": "700001", "desk/700002": "700002", "42": "42"})

    assert named(b'{"a": [{"id": 700001}, {"id": 42}]}', ids) == {"700001"}
    assert named(b'{"Message": "{\\"ContactId\\": \\"700001\\"}"}', ids) == {"700001"}
    assert named(b'{"subject": "desk/700002"}', ids) == {"700002"}
    assert named(b"task=700001&x=1", ids) == {"700001"}
    assert named(b'{"text": "about 700001"}', ids) == set()


@given(st.binary(max_size=200))
def test_whatever_the_bytes_nothing_is_named_by_accident(raw: bytes):
    assert named(raw, {"700001-absent": "700001-absent"}) == set()


def test_all_times_of_a_page_are_in_one_zone():
    told = page(result(compared([contact(1, 7), contact(2, 7)], 1), zone=ZoneInfo("Europe/Rome")))

    assert "from 2025-11-25 00:00 to 2025-11-25 00:00 (Europe/Rome)" in told
    assert "missing 2025-11-25 00:00  2" in told
    assert "2025-11-25 00:00         2         1" in told
