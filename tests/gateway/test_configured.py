"""Sources of a configuration: whose events, with which key, verified by what; told where something lacks."""

import pytest
from tests.gateway.sources.conftest import NOW

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError
from attesa.gateway.configured import adapter_of, configured, topic_sources
from attesa.gateway.doors.signatures import Verdict
from attesa.gateway.sources import REGISTRY, Delivery, raw_events

SECRETS = {"KEY": "k" * 16, "SHORT": "k" * 15, "SECRET": "sssss", "TOKEN": "t"}
SHOP = {"secrets": ["SECRET"], "languages": ["it"], "bots": ["robby"]}


def sources(found, **tenant):
    tenants = {"default": {"pseudonym_key": "KEY"} | tenant}
    definitions = Definitions.model_validate({"tenants": tenants, "sources": found})
    return configured(definitions, lambda names: tuple(SECRETS[name] for name in names))


def test_a_source_is_a_platform_with_a_name_of_its_own():
    found = sources({"chatwoot/shop": SHOP, "web-widget": {"country": "IT"}})
    assert list(found) == ["chatwoot/shop"]
    context = found["chatwoot/shop"].context
    assert (context.source, context.tenant, context.languages) == ("chatwoot/shop", "default", ("it",))
    assert context.bots == {"robby"}


def test_no_secret_is_in_its_description():
    assert "kkkk" not in repr(sources({"chatwoot": SHOP})["chatwoot"])
    assert "sssss" not in repr(sources({"chatwoot": SHOP})["chatwoot"])


def test_a_token_in_the_address_verifies_only_where_no_secret_is_named():
    by_token = Delivery(b"{}", NOW, query={"token": "t"})
    assert sources({"chatwoot": {"tokens": ["TOKEN"]}})["chatwoot"].verify(by_token) is Verdict.VERIFIED
    both = sources({"chatwoot": SHOP | {"tokens": ["TOKEN"]}})["chatwoot"]
    assert both.verify(by_token) is Verdict.UNSIGNED


@pytest.mark.parametrize(
    ("found", "tenant", "said"),
    [
        ({"chatwoot": {}}, {}, "sources.chatwoot"),
        ({"chatwoot": SHOP | {"tenant": "acme"}}, {}, "tenants.acme.pseudonym_key"),
        ({"chatwoot": SHOP}, {"pseudonym_key": None}, "tenants.default.pseudonym_key"),
        ({"chatwoot": SHOP}, {"pseudonym_key": "SHORT"}, "at least 16"),
    ],
)
def test_what_lacks_is_told_by_its_name(found, tenant, said):
    with pytest.raises(ConfigurationError, match=said):
        sources(found, **tenant)


def of_topics(found, **tenant):
    definitions = Definitions.model_validate(
        {"tenants": {"shop": {"pseudonym_key": "KEY"} | tenant}, "sources": found}
    )
    return definitions, topic_sources(definitions, lambda names: tuple(SECRETS[name] for name in names))


def test_a_source_of_any_name_may_be_topics_of_a_team():
    topics = {"tenant": "shop", "topics": ["shop.chat.raw", "shop.orders.raw"]}
    definitions, (found,) = of_topics({"shop-chat": topics, "chatwoot": {}, "kiosk": {"country": "IT"}})
    assert (found.name, found.tenant, found.topics) == ("shop-chat", "shop", tuple(topics["topics"]))
    assert "kkkk" not in repr(found)
    assert adapter_of("shop-chat", definitions) is raw_events.ADAPTER
    assert adapter_of("chatwoot", definitions) is REGISTRY["chatwoot"]


def test_cloud_events_may_come_from_topics_by_one_name_and_by_http_by_another():
    both = {
        "cloudevents/raw": {"tenant": "shop", "topics": ["raw"]},
        "cloudevents/web": {"tenant": "shop", "secrets": ["SECRET"]},
    }
    definitions, (found,) = of_topics(both)
    assert found.name == "cloudevents/raw"
    assert list(configured(definitions, lambda names: ("k" * 16,))) == ["cloudevents/web"]


@pytest.mark.parametrize(
    ("name", "tenant", "said"),
    [
        ("chatwoot/raw", {}, r"sources.chatwoot/raw.topics: deliveries of chatwoot come by HTTP"),
        ("shop-chat", {"pseudonym_key": None}, r"tenants.shop.pseudonym_key"),
        ("shop-chat", {"pseudonym_key": "SHORT"}, "at least 16"),
    ],
)
def test_what_lacks_for_topics_is_told_by_its_name(name, tenant, said):
    with pytest.raises(ConfigurationError, match=said):
        of_topics({name: {"tenant": "shop", "topics": ["raw"]}}, **tenant)
