"""What a WhatsApp message holds: its kind, its text, the answers of a Flow, the total of a cart."""

import json
import re
from decimal import Decimal, InvalidOperation

from attesa.core.customers.money import decimals_of
from attesa.gateway.sources.reading import Reader

KINDS = {
    "text": "",
    "audio": "voice",
    "video": "video",
    "image": "image",
    "document": "document",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contacts",
    "button": "button",
    "interactive": "button",
    "order": "order",
    "unsupported": "unsupported",
    "unknown": "unsupported",
    "ephemeral": "unsupported",
}
TEXTS = (
    "text.body",
    "button.text",
    "interactive.button_reply.title",
    "interactive.list_reply.title",
    "image.caption",
    "video.caption",
    "document.caption",
    "order.text",
)
SCALES = {"nps": "0-10", "csat": "1-5", "influence": "1-5", "would_have_bought": "0-1"}
FLOW = "interactive.nfm_reply.response_json"
MOST_VALUE = Decimal(10) ** 12
MOST_QUANTITY = 1_000_000
_NUMBER = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)


def kind_of(message: Reader) -> str | None:
    """The kind of a message, empty for mere text; None: a type that is not known."""
    kind = message.text("type")
    if message.has(FLOW):
        return "form"
    if kind == "audio" and message.get("audio.voice") is False:
        return "audio"  # a file, and not spoken here
    return KINDS.get(kind)


def text_of(message: Reader) -> str:
    return next((text for path in TEXTS if (text := message.maybe_text(path))), "")


def answers(message: Reader) -> list[tuple[str, str, float | None]]:
    """(question, scale, value) of the fields of a Flow that bear a question's name; no value: no number."""
    if not message.has(FLOW):
        return []
    try:
        fields = json.loads(message.text(FLOW))
    except (ValueError, RecursionError):
        raise message.wrong(FLOW, "not JSON") from None
    if not isinstance(fields, dict):
        raise message.wrong(FLOW, "an object is expected")
    return [(name, scale, _value(fields[name])) for name, scale in SCALES.items() if name in fields]


def _value(answer: object) -> float | None:
    """Flows write numbers as text too."""
    written = "" if isinstance(answer, bool) else str(answer)
    return float(written) if _NUMBER.fullmatch(written) else None


def cart(message: Reader) -> tuple[str, str]:
    """The total of an order and its currency. Raises Wrong."""
    total, currencies = Decimal(0), set()
    for item in message.each("order.product_items"):
        currencies.add(item.text("currency"))
        total += _quantity(item) * _price(item)
    if len(currencies) != 1:
        raise message.wrong("order.product_items", "items in one currency are expected")
    (currency,) = currencies
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise message.wrong("order.product_items.0.currency", "a currency has three capitals")
    if not 0 <= total < MOST_VALUE:
        raise message.wrong("order.product_items", "a total out of range")
    return str(total.quantize(Decimal(1).scaleb(-decimals_of(currency)))), currency


def _quantity(item: Reader) -> int:
    written = item.get("quantity")
    digits = isinstance(written, str) and re.fullmatch(r"\d{1,9}", written, re.ASCII)
    quantity = int(written) if digits else item.integer("quantity")
    if not 0 <= quantity <= MOST_QUANTITY:
        raise item.wrong("quantity", f"a quantity from 0 to {MOST_QUANTITY} is expected")
    return quantity


def _price(item: Reader) -> Decimal:
    """A number, or text."""
    try:
        price = Decimal(str(item.get("item_price")))
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite() or not 0 <= price < MOST_VALUE:
        raise item.wrong("item_price", "a price is expected")
    return price
