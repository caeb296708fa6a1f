"""Who may send, and as whom."""

import pytest

from attesa.core.errors import ConfigurationError
from attesa.gateway.doors.tokens import Tokens


def test_each_token_belongs_to_its_tenant():
    tokens = Tokens({"secret": "default", "other": "acme"})
    assert tokens.tenant("Bearer secret") == "default"
    assert tokens.tenant("bearer other") == "acme"


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic secret", "secret", "Bearer secretx"]
)
def test_everything_else_is_nobody(header):
    assert Tokens({"secret": "default"}).tenant(header) is None


def test_a_token_may_hold_letters_outside_ascii():
    header = "Bearer caffè".encode().decode("latin-1")  # as servers hand it over
    assert Tokens({"caffè": "default"}).tenant(header) == "default"


def test_without_any_token_the_gateway_does_not_start():
    with pytest.raises(ConfigurationError, match="ATTESA_GATEWAY_TOKENS=default=secret"):
        Tokens({})


def test_a_tenant_that_no_event_could_name_is_a_configuration_error():
    with pytest.raises(ConfigurationError, match="ATTESA_GATEWAY_TOKENS"):
        Tokens({"secret": "Not A Tenant"})
