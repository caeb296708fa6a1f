"""Sources of a configuration: whose events, with which key, verified by what; told where something lacks."""

import pytest
from tests.gateway.sources.conftest import NOW

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError
from attesa.gateway.configured import configured
from attesa.gateway.signatures import Verdict
from attesa.gateway.sources import Delivery

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
