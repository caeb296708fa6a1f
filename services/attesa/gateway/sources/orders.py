"""What shops have in common: amounts as events carry them, and hints that join an order to a conversation."""

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from urllib.parse import parse_qsl, urlsplit

from attesa.core.customers.money import decimals_of
from attesa.gateway.sources.delivery import Context
from attesa.gateway.sources.reading import Reader

# What a shop's pages may hand on with an order: the subject of the conversation, and who wrote in it, as
# `platform/instance/id` with the platform's own id, or as the pseudonym.
CONVERSATION = "attesa_conversation"
CUSTOMER = "attesa_customer"

LONGEST_HINT = 256
LARGEST = Decimal(10) ** 15
_PSEUDONYM = re.compile("c-[0-9a-f]{32}")


def currency(body: Reader, path: str) -> str:
    """Three letters, as capitals."""
    written = body.text(path).strip().upper()
    if len(written) != 3 or not (written.isascii() and written.isalpha()):
        raise body.wrong(path, "a currency is three letters")
    return written


def amount(body: Reader, path: str, code: str) -> Decimal:
    """An amount of money that is not negative, with the decimals of its currency.

    Text is exact and has no more decimals than that; a number has been a binary fraction, and is rounded.
    """
    written = body.get(path)
    if isinstance(written, str):
        value = _decimal(body, path, written)
    else:
        value = _decimal(body, path, repr(body.number(path)))
    if not 0 <= value < LARGEST:
        raise body.wrong(path, "an amount is not negative, and has at most fifteen digits")
    exact = rounded(value, code)
    if isinstance(written, str) and exact != value:
        raise body.wrong(path, f"{code} has {decimals_of(code)} decimals")
    return abs(exact)  # no minus before a nought


def rounded(value: Decimal, code: str) -> Decimal:
    """With the decimals of its currency."""
    return value.quantize(Decimal(1).scaleb(-decimals_of(code)), ROUND_HALF_EVEN)


def _decimal(body: Reader, path: str, written: str) -> Decimal:
    try:
        value = Decimal(written if written.isascii() and "_" not in written else "?")
    except InvalidOperation:
        raise body.wrong(path, "an amount is a decimal number") from None
    if not value.is_finite():
        raise body.wrong(path, "an amount is a decimal number")
    return value


def hints_of(address: object) -> dict[str, str]:
    """Hints in the query of a page's address; none where it is no address."""
    try:
        fields = parse_qsl(urlsplit(address if isinstance(address, str) else "").query, max_num_fields=100)
    except ValueError:
        return {}
    return {name: value for name, value in fields if name in {CONVERSATION, CUSTOMER}}


def hinted_customer(context: Context, hint: object) -> str | None:
    """The pseudonym that the chat's own adapter gives the same person, from `platform/instance/id`."""
    if not isinstance(hint, str) or not 0 < len(hint) <= LONGEST_HINT:
        return None
    if _PSEUDONYM.fullmatch(hint):
        return hint
    source, _, native = hint.rpartition("/")
    return context.pseudonym("c", f"{source}\0{native}") if source and native else None


def hinted_conversation(hint: object) -> str | None:
    return hint if isinstance(hint, str) and 0 < len(hint) <= LONGEST_HINT else None
