"""What the fields of events mean, in the words that the schemas carry. No numbers are defined here."""

# By name; `type.name` where a type's field means something of its own.
EVENT_FIELDS = {
    # the CloudEvents attributes
    "specversion": "CloudEvents version.",
    "id": "Names the fact, not the delivery: the same fact has the same id however often it is sent. "
    "Unique within the conversation.",
    "source": "Platform and instance that report the event, as a URI reference.",
    "type": "What happened.",
    "time": "When it happened by the platform's clock: RFC 3339 with a zone, milliseconds count, "
    "not before 1990 and at most an hour ahead.",
    "tenant": "Whose data this is.",
    "subject": "The conversation: the platform's thread, the same in all its events.",
    "attesa.agent.presence.subject": "The agent, as a pseudonym.",
    "partitionkey": "The Kafka key as text, tenant:subject; may be left out, may not be another.",
    "datacontenttype": "Media type of data.",
    "dataschema": "Where the schema of data is to be found; not read.",
    # beginning
    "channel": "Decides the pair of thresholds and with it the verdicts; absent: the default channel.",
    "direction": "outbound: the business began; no service level until the customer asks for a person.",
    "attesa.session.started.by": "Who began; agent and system count as outbound.",
    "bot_first": "A bot came first: a customer's message is then no request for a person.",
    "queue": "Queue or department; a session belongs to the first queue that any of its events names.",
    "country": "ISO 3166-1 alpha-2, upper case; absent: unknown.",
    "language": "Language tag, such as it or de-AT.",
    "entry_point": "Where the customer began, such as cart; not counted yet.",
    # queue and agents
    "position": "Place in the queue, 0 is next; not counted yet.",
    "agent": "The agent as a pseudonym; not counted.",
    "team": "The agent's team; not counted yet.",
    "is_reply": "The pick-up stands for the first reply, as on the telephone; read in "
    "attesa.agent.accepted only.",
    # messages
    "author": "Who wrote; agent is a person, bot is not.",
    "message_id": "The platform's id of the message; not counted.",
    "visible": "Whether the customer can see it; false for private notes, which are no reply.",
    "kind": "text, voice, video, file, ...; of agents' messages campaign, echo and automatic are no reply.",
    "length": "Characters of the message, never the message; not counted yet.",
    "flags": "What an adapter saw in the text before it dropped it, such as holding or greeting; "
    "not counted yet.",
    # transfers
    "from_queue": "The queue that the session leaves; not counted yet.",
    "to_queue": "The queue that it goes to; its first queue where none was named before.",
    "attesa.session.transferred.kind": "bot_to_person is a request for a person; all else, "
    "its absence included, counts as a transfer.",
    "with_context": "Whether the next agent sees what was said before; not counted yet.",
    # end
    "attesa.session.ended.by": "Who closed: before any human reply customer makes the session abandoned, "
    "system rejected, agent and timeout unanswered.",
    "reason": "In the source's words; spam, test and broken make the session invalid, in no other count.",
    "effective_seconds": "Effective time as the source measured it (talk time); absent: summed from "
    "the messages.",
    # surveys
    "question": "Which question was asked.",
    "scale": "The scale as the survey has it, such as 0-10.",
    "attesa.survey.requested.value": "Has no meaning in a request.",
    "attesa.survey.answered.value": "The raw answer on its scale.",
    # purchases and customers
    "order_id": "The shop's order: an order is credited once.",
    "value": "Decimal string with at most four decimals, never a float.",
    "currency": "ISO 4217, upper case.",
    "conversation": "The conversation that led to it, where the shop knows.",
    "same_as": "The other pseudonym of the same customer.",
    # presence
    "status": "What the agent is ready for.",
    "capacity": "How many sessions the agent takes at once.",
}

# The customer's topic has another subject.
for _name in ("purchase.made", "purchase.refunded", "customer.linked"):
    EVENT_FIELDS[f"attesa.{_name}.subject"] = "The customer's pseudonym."
