"""The sources of a configuration: each with its adapter, its door, and the secrets that it names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError, Misconfigured
from attesa.gateway.doors import DOORS, URL_TOKEN, Answer, Door, challenged
from attesa.gateway.doors.signatures import Verdict, verify
from attesa.gateway.doors.sns import is_sns, verify_sns
from attesa.gateway.sources import REGISTRY, Adapted, Adapter, Context, Delivery, raw_events

SHORTEST_KEY = 16  # characters of a tenant's key
CLOUD_EVENTS = "cloudevents"

Secrets = Callable[[Sequence[str]], tuple[str, ...]]


@dataclass(frozen=True)
class Source:
    """One source that may deliver. Never logged: it holds secrets."""

    name: str
    adapter: Adapter
    door: Door
    context: Context
    secrets: tuple[str, ...] = field(default=(), repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)

    @property
    def topics(self) -> list[str]:
        """Of Amazon SNS, whose deliveries are taken."""
        return [one for one in self.secrets if _is_topic(one)]

    def challenged(self, delivery: Delivery) -> Answer | None:
        """The answer to a platform that asks whether the address is ours; None for a delivery."""
        return challenged(self.door, delivery, self.tokens)

    def verify(self, delivery: Delivery, certificate: bytes = b"") -> Verdict:
        """By what is signed where secrets are named, else by the token in the address.

        `certificate`: of a delivery by Amazon SNS, what lies at `sns.certificate_address`.
        """
        if self.door.sns and is_sns(delivery):
            return verify_sns(delivery, certificate, self.topics)
        if self.secrets and self.door.schemes:  # a topic's name is no secret: it verifies nothing else
            return verify(self.door.schemes, delivery, [one for one in self.secrets if not _is_topic(one)])
        return verify((URL_TOKEN,), delivery, self.tokens)

    def adapt(self, delivery: Delivery) -> Adapted:
        return self.adapter.adapt(delivery, self.context)


def configured(definitions: Definitions, secrets: Secrets) -> dict[str, Source]:
    """The sources that are platforms of ours, by name.

    Raises ConfigurationError for one that nothing would verify, for one with secrets that is no platform of
    ours, and for a tenant without a key.
    """
    for name, policy in definitions.sources.items():
        if (policy.secrets or policy.tokens) and platform_of(name) not in REGISTRY:
            raise Misconfigured(_unknown(name), "sources", name)
    names = (
        name
        for name, policy in definitions.sources.items()
        if platform_of(name) in REGISTRY and not policy.topics
    )
    return {name: source(name, definitions, secrets) for name in names}


@dataclass(frozen=True)
class TopicSource:
    """One source whose events lie on Kafka topics of a team. Never logged: it holds the tenant's key."""

    name: str
    topics: tuple[str, ...]
    context: Context

    @property
    def tenant(self) -> str:
        return self.context.tenant

    def adapt(self, delivery: Delivery) -> Adapted:
        return raw_events.ADAPTER.adapt(delivery, self.context)


def topic_sources(definitions: Definitions, secrets: Secrets) -> list[TopicSource]:
    """The sources that name topics.

    Raises ConfigurationError for one that is named as a platform is, whose deliveries come by HTTP, and for
    a tenant without a key.
    """
    found = []
    for name, policy in definitions.sources.items():
        if policy.topics:
            if platform_of(name) in REGISTRY.keys() - {CLOUD_EVENTS}:
                message = f"deliveries of {platform_of(name)} come by HTTP; give a team's topics another name"
                raise Misconfigured(message, "sources", name, "topics")
            found.append(TopicSource(name, policy.topics, context_of(name, definitions, secrets)))
    return found


def source(name: str, definitions: Definitions, secrets: Secrets) -> Source:
    """See `configured`."""
    policy = definitions.source(name)
    if not policy.secrets and not policy.tokens:
        message = "name its secrets, or the tokens that stand in its address"
        raise Misconfigured(message, "sources", name)
    platform = platform_of(name)
    if DOORS[platform].challenge == "meta" and not policy.tokens:
        raise Misconfigured("name its verify token, which the platform asks for", "sources", name)
    return Source(
        name,
        adapter_of(name, definitions),
        DOORS[platform],
        context_of(name, definitions, secrets),
        _values(secrets, policy.secrets, "sources", name, "secrets"),
        _values(secrets, policy.tokens, "sources", name, "tokens"),
    )


def context_of(name: str, definitions: Definitions, secrets: Secrets) -> Context:
    """What the adapter of a source may know. Of all secrets only the tenant's key is read."""
    policy = definitions.source(name)
    platform, _, instance = name.partition("/")
    key = pseudonym_key(policy.tenant, definitions, secrets)
    return Context(policy.tenant, platform, instance, key, policy.languages, frozenset(policy.bots))


def pseudonym_key(tenant: str, definitions: Definitions, secrets: Secrets) -> bytes:
    """The key of a tenant's pseudonyms. Raises ConfigurationError where there is none, or a short one."""
    policy = definitions.tenants.get(tenant)
    if policy is None or policy.pseudonym_key is None:
        message = "name the variable with the key of its pseudonyms"
        raise Misconfigured(message, "tenants", tenant, "pseudonym_key")
    (key,) = _values(secrets, [policy.pseudonym_key], "tenants", tenant, "pseudonym_key")
    if len(key) < SHORTEST_KEY:
        message = f"{policy.pseudonym_key} is too short: at least {SHORTEST_KEY} characters"
        raise Misconfigured(message, "tenants", tenant, "pseudonym_key")
    return key.encode()


def adapter_of(name: str, definitions: Definitions) -> Adapter:
    """The adapter of a source's platform, or of its topics. Raises ConfigurationError for neither."""
    platform, policy = platform_of(name), definitions.sources.get(name)
    if policy is not None and policy.topics:
        return raw_events.ADAPTER
    if platform not in REGISTRY:
        raise ConfigurationError(_unknown(name))
    return REGISTRY[platform]


def platform_of(name: str) -> str:
    return name.partition("/")[0]


def _values(secrets: Secrets, names: Sequence[str], *steps: int | str) -> tuple[str, ...]:
    try:
        return secrets(names)
    except ConfigurationError as error:
        raise Misconfigured(str(error), *steps) from None


def _unknown(name: str) -> str:
    return f"no platform {platform_of(name)!r}: one of {', '.join(sorted(REGISTRY))}"


def _is_topic(secret: str) -> bool:
    return secret.startswith("arn:")
