"""What Amazon SNS wants fetched: its certificates, kept in memory, and the confirmation of a subscription.

Only addresses on SNS's own hosts ever come here.
"""

import asyncio
import http.client
import urllib.request
from collections.abc import Callable, Sequence

from attesa.gateway.doors.sns import certificate_address
from attesa.gateway.http.admission import RETRY
from attesa.gateway.http.problems import Problem
from attesa.gateway.sources import Delivery

ANSWER_SECONDS = 5
MOST_BYTES = 65_536
MOST_CERTIFICATES = 20
MOST_AT_ONCE = 4

Fetch = Callable[[str], bytes]


def fetched(address: str) -> bytes:
    """What lies at an https address. Raises OSError or HTTPException."""
    with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as answer:  # noqa: S310  https, checked
        body: bytes = answer.read(MOST_BYTES)
        return body


class SnsAddresses:
    """`fetch` is called in a thread of its own."""

    def __init__(self, fetch: Fetch = fetched) -> None:
        self._fetch = fetch
        self._certificates: dict[str, bytes] = {}
        self._asking = 0

    async def certificate(self, delivery: Delivery, topics: Sequence[str]) -> bytes:
        """That of the signer of a delivery for one of our topics, none where it does not lie with SNS.

        Raises Problem: SNS is away.
        """
        address = certificate_address(delivery, topics)
        if address is None:
            return b""
        if address not in self._certificates:
            certificate = await self._get(address)
            if len(self._certificates) >= MOST_CERTIFICATES:
                self._certificates.clear()
            self._certificates[address] = certificate
        return self._certificates[address]

    async def confirm(self, address: str) -> None:
        """Tell SNS that the subscription is wanted. Raises Problem: then SNS asks again."""
        await self._get(address)

    async def _get(self, address: str) -> bytes:
        if self._asking >= MOST_AT_ONCE:  # whoever knows a topic's name can make us ask
            raise Problem("unavailable", "Amazon SNS is being asked already", headers=RETRY)
        self._asking += 1
        try:
            return await asyncio.to_thread(self._fetch, address)
        except (OSError, http.client.HTTPException):
            raise Problem("unavailable", "Amazon SNS does not answer", headers=RETRY) from None
        finally:
            self._asking -= 1
