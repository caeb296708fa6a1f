"""What an adapter told becomes records; what it could not tell becomes refusals, and stops nobody else."""

from tests.gateway.sources.conftest import NOW

from attesa.gateway.judging.taking import take
from attesa.gateway.sources import Adapted, Ignored, Invalid, Unmapped


def test_the_good_events_go_on_without_the_bad(event):
    told = Adapted(
        (
            event | {"tenant": "default"},
            event | {"id": "x", "data": {"queue": 7}},
            event | {"tenant": "acme"},
        ),
        (Unmapped("sung"),),
        (Invalid("events.2.id", "the field is missing"),),
        (Ignored("typing", "typing"),),
        received=1,
    )
    taken = take(told, "default", NOW)
    assert [record.key for record in taken.records] == [b"default:chat-42"]
    assert [(one.reason, one.path, one.tenant) for one in taken.refused] == [
        ("invalid", "events.2.id", "default"),
        ("unmapped", "", "default"),
        ("invalid", "data.queue", "default"),
        ("other_tenant", "tenant", "default"),
    ]
    assert (taken.ignored, taken.received) == (1, 1)
    assert take(told, "default", NOW) == taken
