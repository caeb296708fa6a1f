"""Agents and queues are named by ARNs: of an agent a pseudonym is kept, of a queue its identifier."""

from attesa.gateway.sources.amazon_connect.any_case import AnyCase
from attesa.gateway.sources.delivery import Context

AGENT_QUEUE = "agent-queue"  # each agent has one, whose identifier is the agent's


def agent_of(body: AnyCase, path: str, context: Context) -> str | None:
    arn = body.maybe_text(path)
    return context.agent(arn.rsplit("/", 1)[-1]) if arn else None


def queue_of(body: AnyCase, path: str) -> str | None:
    arn = body.maybe_text(path)
    if not arn:
        return None
    return AGENT_QUEUE if "/queue/agent/" in arn else arn.rsplit("/", 1)[-1]
