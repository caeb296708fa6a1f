"""Amounts of money as producers write them, as integers of the currency's minor unit."""

# ISO 4217: how many decimals a currency has, where it is not two.
TWO_DECIMALS = 2
EXPONENTS = {
    **dict.fromkeys(
        (
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
            "XAF", "XOF", "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip


def decimals_of(currency: str) -> int:
    """How many decimals the currency has."""
    return EXPONENTS.get(currency, TWO_DECIMALS)


def minor_units(value: str, currency: str) -> int | None:
    """A decimal such as 12.5 in the currency's minor unit; None: it has more decimals than the currency."""
    whole, _, decimals = value.partition(".")
    exponent = decimals_of(currency)
    if len(decimals) > exponent:
        return None
    return int(whole + decimals.ljust(exponent, "0"))
