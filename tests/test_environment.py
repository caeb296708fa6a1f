"""The environment: what cannot work is refused when it is read, and no secret is shown."""

import pytest
from cryptography.fernet import Fernet

from attesa.core.errors import ConfigurationError
from attesa.sealing import sealer
from attesa.settings import load


@pytest.mark.parametrize("key", ["hunter2", "aGk=", "ä", Fernet.generate_key().decode()[:-4]])
def test_a_key_that_cannot_seal_is_refused_without_being_shown(monkeypatch, key):
    monkeypatch.setenv("ATTESA_DEAD_LETTER_KEY", key)
    with pytest.raises(ConfigurationError, match="ATTESA_DEAD_LETTER_KEY: write a Fernet key") as refused:
        load()
    assert key not in str(refused.value)


def test_what_a_key_seals_it_opens_again(monkeypatch):
    key = Fernet.generate_key().decode()
    monkeypatch.setenv("ATTESA_DEAD_LETTER_KEY", key)
    seal = sealer(load())
    assert seal is not None
    assert Fernet(key).decrypt(seal(b"\xff")) == b"\xff"


def test_without_a_key_nothing_is_sealed(monkeypatch):
    monkeypatch.setenv("ATTESA_DEAD_LETTER_KEY", "")
    assert sealer(load()) is None


def test_a_value_that_is_no_secret_is_shown_beside_its_variable(monkeypatch):
    monkeypatch.setenv("ATTESA_PARTITIONS", "many")
    with pytest.raises(ConfigurationError, match="ATTESA_PARTITIONS=many: "):
        load()


def test_a_certificate_that_is_not_there_names_its_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("ATTESA_KAFKA_SECURITY", "SSL")
    monkeypatch.setenv("ATTESA_KAFKA_CA_FILE", str(tmp_path / "ca.pem"))
    with pytest.raises(ConfigurationError, match=r"ATTESA_KAFKA_CA_FILE=.*ca\.pem: No such file"):
        load().kafka_client()


def test_a_mistake_in_the_definitions_is_told_before_any_server_is_waited_for(monkeypatch, tmp_path):
    path = tmp_path / "definitions.yaml"
    path.write_text("tenants:\n  acme:\n    clock: sand\n")
    monkeypatch.setenv("ATTESA_CONFIG", str(path))
    with pytest.raises(ConfigurationError, match=r"definitions\.yaml:3: tenants\.acme\.clock: "):
        load()


SECRETS = (
    "ATTESA_DEAD_LETTER_KEY",
    "ATTESA_GATEWAY_SECRETS",
    "ATTESA_GATEWAY_TOKENS",
    "ATTESA_KAFKA_PASSWORD",
    "ATTESA_CLICKHOUSE_PASSWORD",
)


def test_no_secret_is_in_the_settings_when_they_are_printed(monkeypatch):
    monkeypatch.setenv("ATTESA_DEAD_LETTER_KEY", key := Fernet.generate_key().decode())
    for name in SECRETS[1:]:
        monkeypatch.setenv(name, "default=very-secret")
    settings = load()
    assert settings.gateway_tokens.get_secret_value() == "default=very-secret"
    for text in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert "very-secret" not in text
        assert key not in text


def test_what_is_wrong_with_a_secret_is_told_without_the_secret(monkeypatch):
    for name in SECRETS[:3]:
        monkeypatch.setenv(name, "very-secret")
        with pytest.raises(ConfigurationError, match=name) as told:
            _ = load().tenants_by_token, load().secrets_by_tenant
        assert "very-secret" not in str(told.value)
        monkeypatch.delenv(name)
