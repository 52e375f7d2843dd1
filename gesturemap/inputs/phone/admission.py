"""Who may come in: a token in the QR code's address, passes made of it, and places for so many phones."""

from __future__ import annotations

import hashlib
import hmac
import secrets

PASS_SECONDS = 12 * 3600.0
"""How long a phone that was let in once is known again: an evening, over any number of restarts."""
MOST_SENDERS = 256


class Bucket:
    """Allows so many a second, and so many at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._left = rate, burst, burst
        self._last = 0.0

    def take(self, now: float) -> bool:
        """Whether one more is allowed at the time `now`, in seconds."""
        self._left = min(self._burst, self._left + (now - self._last) * self._rate)
        self._last = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Admission:
    """The door: a token that is new with every start, and a place for each phone that came in by it.

    Parameters
    ----------
    places : how many phones there are places for; the token is worth nothing once they are taken.
    secret : what passes are signed with; the same after a restart, so that phones come back by themselves.
    """

    def __init__(self, places: int, secret: bytes) -> None:
        self.token = secrets.token_urlsafe(16)
        self._secret = secret
        self._taken: list[str] = [""] * places
        self._tries: dict[str, Bucket] = {}

    def right(self, token: str) -> bool:
        """Whether this is the token, compared in constant time."""
        return hmac.compare_digest(token.encode(errors="replace"), self.token.encode())

    def may_try(self, sender: str, now: float) -> bool:
        """Whether one who was wrong may be wrong once more: twenty times at once, then once a second."""
        if sender not in self._tries and len(self._tries) >= MOST_SENDERS:
            self._tries.clear()
        return self._tries.setdefault(sender, Bucket(1.0, 20.0)).take(now)

    def new_pass(self, now: float, phone: str = "") -> str:
        """A pass for a phone, a new one where it has no name yet; `now` in seconds since 1970."""
        body = f"{phone or secrets.token_hex(8)}.{int(now)}"
        return f"{body}.{self._sign(body)}"

    def phone(self, given: str, now: float) -> str:
        """The phone a pass was made for; empty where it is not ours, or too old."""
        body, _, signature = given.rpartition(".")
        name, _, made = body.partition(".")
        if not hmac.compare_digest(signature.encode(errors="replace"), self._sign(body).encode()):
            return ""
        return name if 0.0 <= now - int(made) <= PASS_SECONDS else ""

    def place(self, phone: str, wanted: int = 0) -> int:
        """The place of a phone, from 1; 0 where all are taken by others.

        It keeps the one it has; a new one gets the one it `wanted`, such as the one it had before a restart, or
        else the first.
        """
        if phone in self._taken:
            return self._taken.index(phone) + 1
        if 1 <= wanted <= len(self._taken) and not self._taken[wanted - 1]:
            self._taken[wanted - 1] = phone
            return wanted
        if "" not in self._taken:
            return 0
        free = self._taken.index("")
        self._taken[free] = phone
        return free + 1

    def full_for(self, phone: str) -> bool:
        """Whether this phone would get no place."""
        return phone not in self._taken and "" not in self._taken

    def _sign(self, body: str) -> str:
        return hmac.new(self._secret, body.encode(errors="replace"), hashlib.sha256).hexdigest()
