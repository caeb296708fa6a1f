"""What the fields of events mean, in the words that the schemas carry. No numbers are defined here."""

from attesa.core.events.flags import FLAGS

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
    "timesource": "received: the platform gives no time, it is that of the receipt; absent: event.",
    "sequence": "The number of the event among all of its source, by ones, in digits: tells how many are "
    "missing. The same event keeps its number.",
    "attesa.source.heartbeat.sequence": "The highest number that the source has given so far.",
    "sequencetype": "Integer, or absent: sequence counts by ones; with any other it is not read.",
    # beginning
    "channel": "Decides the pair of thresholds and with it the verdicts; absent: the default channel.",
    "direction": "outbound: the business began; no service level until the customer asks for a person.",
    "attesa.session.started.by": "Who began; agent and system count as outbound.",
    "bot_first": "A bot came first: a customer's message is then no request for a person.",
    "queue": "Queue or department; a session belongs to the first queue that any of its events names.",
    "country": "ISO 3166-1 alpha-2, upper case; absent: unknown.",
    "phone_country": "The country of the phone prefix, never the number; read where nothing else tells one.",
    "language": "Language tag, such as it or de-AT.",
    "entry_point": "Where the customer began, such as cart.",
    "customer": "The customer as a pseudonym: joins sessions and purchases of one person.",
    "purpose": "What the conversation is for; absent: unknown.",
    "visibility": "Of social channels: in public or in private.",
    "form_fields": "Fields that the customer had to fill in before.",
    "promised_wait_seconds": "The wait that the customer was told.",
    # queue and agents
    "position": "Place in the queue, 0 is next; not counted.",
    "agent": "The agent as a pseudonym; shown only where a tenant's `agents` is on.",
    "team": "The agent's team.",
    "is_reply": "The pick-up stands for the first reply, as on the telephone; read in "
    "attesa.agent.accepted only.",
    # messages
    "author": "Who wrote; agent is a person, bot is not.",
    "message_id": "The platform's id of the message; not counted.",
    "visible": "Whether the customer can see it; false for private notes, which are no reply.",
    "kind": "text, voice, video, file, ...; of agents' messages campaign, echo and automatic are no reply.",
    "length": "Characters of the message, never the message; an agent's over 300 is a long one.",
    "questions": "Questions in the message; an agent's with two or more is a question cluster.",
    "flags": "What an adapter saw in the text before it dropped it: "
    + ", ".join(FLAGS)
    + "; others are counted as unknown fields.",
    "stage": "Of kind video: what the video is for.",
    # transfers
    "from_queue": "The queue that the session leaves.",
    "to_queue": "The queue that it goes to; its first queue where none was named before.",
    "attesa.session.transferred.kind": "bot_to_person is a request for a person; all else, "
    "its absence included, counts as a transfer.",
    "with_context": "Whether the next agent sees what was said before; false: the customer had to repeat it.",
    # end
    "attesa.session.ended.by": "Who closed: before any human reply customer makes the session abandoned, "
    "system rejected, agent and timeout unanswered.",
    "reason": "In the source's words; spam, test and broken make the session invalid, in no other count; "
    "full and nobody_on_duty tell why it was rejected; resolved that it was solved; lost_presence that the "
    "customer's leaving was noticed by a time-out (the source's presence_timeout_seconds is taken off).",
    "effective_seconds": "Effective time as the source measured it (talk time); absent: summed from "
    "the messages.",
    # surveys
    "question": "Which question was asked.",
    "scale": "The scale as lowest-highest; absent: 0-10 for nps, 1-5 for csat and influence, 0-1 else.",
    "attesa.survey.requested.value": "Has no meaning in a request.",
    "attesa.survey.answered.value": "The raw answer on its scale; would_have_bought is 1 for yes, 0 for no.",
    # purchases and customers
    "order_id": "The shop's order: an order is credited once.",
    "value": "Decimal string with at most four decimals, never a float.",
    "currency": "ISO 4217, upper case.",
    "conversation": "The conversation that led to it, where the shop knows: its sessions come first.",
    "test": "A test order: in no count.",
    "same_as": "The other pseudonym of the same customer.",
    # presence
    "status": "What the agent is ready for.",
    "capacity": "How many sessions the agent takes at once.",
    "queues": "The queues that the agent serves; his slots are lent to them in equal parts.",
    "every_seconds": "The next heartbeat comes within so many seconds; 0 takes the promise back.",
    "attesa.source.heartbeat.subject": "The source.",
    "attesa.source.heartbeat.time": "All that happened up to here has been sent: RFC 3339 with a zone.",
}

# The customer's topic has another subject.
for _name in ("purchase.made", "purchase.refunded", "customer.linked"):
    EVENT_FIELDS[f"attesa.{_name}.subject"] = "The customer's pseudonym."
