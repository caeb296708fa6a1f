"""What the fields of outcomes mean, in the words of schemas/numbers (a test holds them equal)."""

OUTCOME_FIELDS = {
    "session": "Conversation/n: the n-th attempt of a customer to be helped in this conversation.",
    "customer": "The customer as a pseudonym.",
    "recontact_of": "The session that this one is a recontact of.",
    "recontacted_at": "When the customer's next session within 24 h began, on whichever channel; null: "
    "he did not come back.",
    "recontacted_by": "That session.",
    "recontacted_other_team": "Another team than before replied there; null: not recontacted, or not told.",
    "dropped": "The customer came back within 5 min of an end that he did not choose.",
    "spill_over": "Public or private: a social session of the customer within 7 days.",
    "first_contact_resolution": "Ended as resolved, and not recontacted; null: not ended as resolved.",
    "self_service": "Of sessions that ended in the bot: served, or failed where he came back within 24 h.",
    "converted": "A purchase is credited to the session, by last touch, that was not wholly refunded.",
    "converted_at": "When the first credited purchase was made, refunded or not.",
    "converted_first_touch": "A purchase is credited to the session by first touch.",
    "orders": "Orders credited to the session, by last touch.",
    "revenue_minor": "Value of the credited orders by currency; never added across currencies.",
    "refunded_minor": "What of it was refunded, by currency.",
    "incremental": "The buyer would not have bought without the chat; null: not credited, or he did not say.",
}

ORDER_FIELDS = {
    "order_id": "The shop's order.",
    "customer": "The buyer as a pseudonym.",
    "made_at": "When the order was made.",
    "value_minor": "Value of the order.",
    "currency": "ISO 4217 code.",
    "refunded_minor": "What of it was refunded.",
    "refunded_at": "When the newest refund was made; null: none.",
    "last_touch": "The session that is credited by last touch; null: none.",
    "first_touch": "The session that is credited by first touch; null: none.",
    "joined_by": "Conversation: the shop named it; customer: the customer's last answered session; null: "
    "no credit.",
    "path": "Channels of the customer's sessions within the attribution window before the order, oldest "
    "first.",
}

LINK_FIELDS = {
    "customer": "A pseudonym.",
    "same_as": "The other pseudonym of the same customer.",
    "at": "When the link became known.",
}
