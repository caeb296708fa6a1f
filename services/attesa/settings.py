"""Where things are: addresses, credentials, ports, from `ATTESA_*`; what numbers mean, from ATTESA_CONFIG.

The only module that reads the environment. It opens the configuration file and nothing else.
"""

import base64
import os
import ssl
from collections.abc import Mapping, Sequence
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError, Misconfigured
from attesa.public_holidays import with_days

PREFIX = "ATTESA_"
FERNET_BYTES = 32


class _Plain(yaml.SafeLoader):
    """YAML in which `NO` is Norway and a day is text: the definitions read both themselves."""

    yaml_implicit_resolvers = {  # noqa: RUF012  as the base class has it
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":bool", ":timestamp"))]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class Settings(BaseSettings):
    """One process's settings; every field is read from `ATTESA_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    kafka: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, comma separated")
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_ca_file: Path | None = Field(None, description="certificate authority of the brokers")
    partitions: int = Field(12, ge=1, le=1000, description="of every topic, fixed when they are made")
    replication: int = Field(1, ge=1, le=10, description="copies of every topic")
    epoch: int = Field(1, ge=1, le=32767, description="raise it when the topics are made anew")
    group: str = Field("attesa", description="name of the consumer groups and transactions")

    instance: str = Field("", description="a worker's stable name: its restart keeps its partitions")

    clickhouse_url: str = Field("http://127.0.0.1:8123", description="ClickHouse's HTTP interface")
    clickhouse_user: str = "default"
    clickhouse_password: SecretStr = SecretStr("")
    clickhouse_database: str = Field("attesa", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")

    host: str = Field("127.0.0.1", description="address that the HTTP services listen on")
    gateway_port: int = Field(8080, ge=0, le=65535)
    gateway_tokens: SecretStr = Field(SecretStr(""), description="tenant=token pairs, comma separated")
    gateway_secrets: SecretStr = Field(
        SecretStr(""), description="tenant=secret pairs, comma separated, of Standard Webhooks signatures"
    )
    gateway_public_url: str = Field("", description="where platforms reach it, behind a proxy")
    gateway_trusted_proxies: str = Field("", description="addresses and networks, comma separated")
    max_body_bytes: int = Field(1_000_000, ge=1_000, description="largest request body")
    source_requests_per_second: int = Field(5_000, ge=1, le=1_000_000, description="of each chat platform")
    spool_dir: Path = Field(Path(".attesa/spool"), description="deliveries that Kafka cannot take at once")
    spool_bytes: int = Field(256_000_000, ge=0, description="the most that lie there")
    exporter_port: int = Field(9464, ge=0, le=65535)
    stream_port: int = Field(9465, ge=0, le=65535, description="the worker's health and metrics")
    loader_port: int = Field(9466, ge=0, le=65535, description="the loader's health and metrics")

    config: Path | None = Field(None, description="YAML file of definitions")
    transport: Literal["slices", "stock"] = Field("slices", description="how the worker reads Kafka")
    checkpoint_ms: int = Field(200, ge=20, le=10_000, description="time between two checkpoints")
    dead_letter_key: SecretStr = Field(SecretStr(""), description="Fernet key; without it no bytes are kept")

    data_dir: Path = Field(Path(".attesa"), description="the embedded stack's folder")
    kafka_port: int = Field(9092, ge=0, le=65535, description="the embedded broker's port")
    clickhouse_port: int = Field(8123, ge=0, le=65535, description="the embedded ClickHouse's port")
    prometheus_port: int = Field(9090, ge=0, le=65535, description="the embedded Prometheus' port")

    @field_validator("config", "kafka_ca_file", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return value or None

    @field_validator("gateway_public_url")
    @classmethod
    def _is_address(cls, written: str) -> str:
        parts = urlsplit(written)
        if written and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
            raise ValueError("write https://host, or https://host/path")
        return written

    @field_validator("gateway_trusted_proxies")
    @classmethod
    def _are_networks(cls, written: str) -> str:
        _networks(written)
        return written

    @field_validator("dead_letter_key")
    @classmethod
    def _seals(cls, key: SecretStr) -> SecretStr:
        """A key that cannot seal is told at start, not by the first dead letter."""
        written = key.get_secret_value()
        try:
            usable = not written or len(base64.urlsafe_b64decode(written)) == FERNET_BYTES
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(f"write a Fernet key: {FERNET_BYTES} bytes in URL-safe base64")
        return key

    @cached_property
    def definitions(self) -> Definitions:
        """The definitions of the configuration file, or METRICS.md's where there is none."""
        return Definitions() if self.config is None else load_definitions(self.config)

    @cached_property
    def tenants_by_token(self) -> dict[str, str]:
        """Token to tenant. Raises ConfigurationError for a pair without `=`."""
        return {token: tenant for tenant, token in _pairs("gateway_tokens", self.gateway_tokens)}

    @cached_property
    def secrets_by_tenant(self) -> dict[str, list[str]]:
        """Tenant to the secrets that it may sign with. Raises ConfigurationError for a pair without `=`."""
        found: dict[str, list[str]] = {}
        for tenant, secret in _pairs("gateway_secrets", self.gateway_secrets):
            found.setdefault(tenant, []).append(secret)
        return found

    @cached_property
    def trusted_proxies(self) -> list[IPv4Network | IPv6Network]:
        """Whose X-Forwarded headers are believed."""
        return _networks(self.gateway_trusted_proxies)

    def secrets(self, names: Sequence[str]) -> tuple[str, ...]:
        """The values of variables that the configuration names. Raises ConfigurationError for one not set."""
        found = tuple(os.environ.get(name, "") for name in names)
        missing = [name for name, value in zip(names, found, strict=True) if not value]
        if missing:
            raise ConfigurationError(f"{missing[0]} is not set: the configuration names it as a secret")
        return found

    def located(self, error: Misconfigured) -> ConfigurationError:
        """The error with the line of the configuration file that is to be changed."""
        if self.config is None:
            return error
        tree = yaml.compose(self.config.read_text(encoding="utf-8"), Loader=_Plain)
        return ConfigurationError(f"{self.config}:{line_of(tree, error.steps)}: {error}")

    @classmethod
    def default(cls, variable: str) -> Any:
        """What holds where the environment does not say `variable`, such as ATTESA_KAFKA."""
        return cls.model_fields[variable.removeprefix(PREFIX).lower()].get_default()

    def kafka_client(self) -> dict[str, Any]:
        """What every aiokafka client needs to reach the brokers."""
        client: dict[str, Any] = {"bootstrap_servers": self.kafka, "security_protocol": self.kafka_security}
        if self.kafka_security.endswith("SSL"):
            client["ssl_context"] = self._ssl_context()
        if self.kafka_security.startswith("SASL"):
            client["sasl_mechanism"] = self.kafka_sasl_mechanism
            client["sasl_plain_username"] = self.kafka_username
            client["sasl_plain_password"] = self.kafka_password.get_secret_value()
        return client

    def _ssl_context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.kafka_ca_file)
        except OSError as error:  # SSLError is one
            reason = error.strerror or str(error)
            raise ConfigurationError(f"ATTESA_KAFKA_CA_FILE={self.kafka_ca_file}: {reason}") from None


def _networks(written: str) -> list[IPv4Network | IPv6Network]:
    """Of `10.0.0.7, 10.1.0.0/16`. Raises ValueError naming the first that is none."""
    return [ip_network(one) for one in filter(None, map(str.strip, written.split(",")))]


def _pairs(field: str, written: SecretStr) -> list[tuple[str, str]]:
    """Of `tenant=secret,tenant=secret`; a secret may end with `=` itself."""
    found = []
    for pair in filter(None, map(str.strip, written.get_secret_value().split(","))):
        tenant, _, secret = pair.partition("=")
        if not secret:
            what = field.removeprefix("gateway_").removesuffix("s")
            raise ConfigurationError(f"{PREFIX}{field.upper()}: write tenant={what}, comma separated")
        found.append((tenant, secret))
    return found


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What a process that we start gets: all that this one has, and `extra`."""
    return {**os.environ, **extra}


def load() -> Settings:
    """Read the environment, and the file of definitions that it names.

    Raises ConfigurationError naming the variable, or the file's line, that is wrong; a secret's value is
    never in the message.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        secret = Settings.model_fields[field].annotation is SecretStr
        given = "" if secret else f"={first['input']}"
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"{PREFIX}{field.upper()}{given}: {message}") from None
    settings.definitions  # noqa: B018  read now: a mistake in it is told before a server is waited for
    return settings


def load_definitions(path: Path) -> Definitions:
    """Read a YAML file of definitions. Raises ConfigurationError with file, line and field."""
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=_Plain)
        _refuse_repeated_fields(tree, path, ())
        values = yaml.load(text, Loader=_Plain) or {}  # noqa: S506  a safe loader
    except OSError as error:
        raise ConfigurationError(f"ATTESA_CONFIG={path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from None
    try:
        return Definitions.model_validate(with_days(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or "document"
        line = line_of(tree, first["loc"])
        raise ConfigurationError(f"{path}:{line}: {field}: {first['msg']}") from None


def _refuse_repeated_fields(node: yaml.Node | None, path: Path, steps: tuple[str, ...]) -> None:
    """YAML takes the last of several fields of one name without a word: here that is a mistake."""
    if isinstance(node, yaml.SequenceNode):
        for position, child in enumerate(node.value):
            _refuse_repeated_fields(child, path, (*steps, str(position)))
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, child in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in lines:
                field = ".".join((*steps, name))
                raise ConfigurationError(f"{path}:{line}: {field}: written already in line {lines[name]}")
            lines[name] = line
            _refuse_repeated_fields(child, path, (*steps, name))


def line_of(node: yaml.Node | None, steps: Sequence[int | str]) -> int:
    """The line, from 1, of the field that `steps` lead to, or of the last one on the way that is there."""
    line = node.start_mark.line if node else 0
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            found = [(child, child) for child in node.value[step : step + 1]]
        else:
            break
        if not found:
            break
        line, node = found[0][0].start_mark.line, found[0][1]
    return line + 1
