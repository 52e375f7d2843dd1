"""Who may command, and how often: every packet passes here first, and most of a flood no further."""

from __future__ import annotations

import hmac
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence

from gesturemap.inputs.senders import Bucket, Network, within

MOST_SENDERS = 512
"""Senders that are remembered; the one that was silent longest is forgotten first."""
MOST_HOSTS = 64
"""Hosts of which refusals are counted one by one; the others are counted together."""
MOST_SAID = 32
"""Reasons of which it is known what was said last."""
SHARED = 4.0
"""So many times the rate of one sender may come from one host."""
TRUSTED = 60.0
"""Seconds of silence after which a sender has to give the token again."""
WRONG_TOKENS = 10.0
"""Tokens a minute that one host may get wrong, each way; after that none of it is looked at."""
AGAIN = 60.0 / WRONG_TOKENS
"""Seconds after which one more is looked at."""
OTHERS = "others"
Source = tuple[str, int]
"""IP address and port; of HTTP port 0, and of a page that is connected a negative number."""


class Host:
    """What all senders of one address have in common."""

    def __init__(self, rate: float, now: float) -> None:
        self.bucket = Bucket(SHARED * rate, SHARED * rate, now)
        self.guesses = [Bucket(WRONG_TOKENS / 60.0, WRONG_TOKENS, now) for _ in range(2)]
        """Over UDP, and from browsers: what a page of a stranger makes one of these send costs only browsers."""


class Sender:
    """One that may command: an address and port, or a web page."""

    def __init__(self, source: Source, host: Host, rate: float, now: float) -> None:
        self.source = source
        self.host = host
        self.guesses = host.guesses[source[1] <= 0]
        self.bucket = Bucket(rate, rate, now)
        self.trusted = -float("inf")
        """Until when its token is good."""
        self.port = source[1]
        """Where its answers go."""


class Senders:
    """Everybody who was heard, and what was refused of whom.

    Parameters
    ----------
    networks : whose addresses may command.
    token : the word that is asked for; empty: none.
    rate : messages a second of one sender.
    """

    def __init__(
        self, networks: Sequence[Network], token: str, rate: float, now: Callable[[], float]
    ) -> None:
        self.accepted = 0
        self.refused: dict[str, Counter[str]] = {}
        """Host -> reason -> how often."""
        self.said: OrderedDict[tuple[str, str], str] = OrderedDict()
        """Host and reason -> what was last said of it; the newest last."""
        self._networks, self._token, self._rate, self._now = tuple(networks), token, rate, now
        self._may: OrderedDict[str, bool] = OrderedDict()
        self._hosts: OrderedDict[str, Host] = OrderedDict()
        self._senders: OrderedDict[Source, Sender] = OrderedDict()

    @property
    def first(self) -> str:
        """An address of the first network that is named."""
        network = self._networks[0]
        return str(network[min(1, network.num_addresses - 1)])

    def may(self, host: str) -> bool:
        """Whether an address is among those that may command."""
        known = self._may.get(host)
        if known is None:
            known = self._may[host] = within(host, self._networks)
            if len(self._may) > MOST_SENDERS:
                self._may.popitem(last=False)
        return known

    def admit(self, source: Source) -> Sender | None:
        """The sender of a packet; None, and counted, where it is nobody's or too much."""
        sender = self.known(source)
        return sender if sender is not None and self.again(sender) else None

    def known(self, source: Source) -> Sender | None:
        """The sender of a packet; None, and counted, where it may not command."""
        if not self.may(source[0]):
            self.refuse(source[0], "may not command")
            return None
        sender = self._senders.get(source)
        if sender is None:
            sender = self.newcomer(source)
        else:
            self._senders.move_to_end(source)
        return sender

    def newcomer(self, source: Source) -> Sender:
        """One that was not heard before."""
        now = self._now()
        host = self._hosts.get(source[0])
        if host is None:
            host = self._hosts[source[0]] = Host(self._rate, now)
            if len(self._hosts) > MOST_SENDERS:
                self._hosts.popitem(last=False)
        sender = self._senders[source] = Sender(source, host, self._rate, now)
        if len(self._senders) > MOST_SENDERS:
            self._senders.popitem(last=False)
        return sender

    def could(self, sender: Sender) -> bool:
        """Whether it might send one more now."""
        now = self._now()
        return sender.bucket.has_one(now) and sender.host.bucket.has_one(now)

    def again(self, sender: Sender) -> bool:
        """Whether it may send one more now; else that is counted."""
        now = self._now()
        if sender.bucket.take(now) and sender.host.bucket.take(now):
            return True
        self.refuse(sender.source[0], "too many")
        return False

    def listens(self, sender: Sender) -> bool:
        """Whether a token of its host is looked at, come this way, or none is asked for."""
        return not self._token or sender.guesses.has_one(self._now())

    def trust(self, sender: Sender, token: str) -> bool:
        """Whether it gave the right word; of a host that guessed too often, none is looked at for a while."""
        now = self._now()
        if not self._token:
            return True
        if not self.listens(sender):
            return False
        if not hmac.compare_digest(token.encode(errors="replace"), self._token.encode(errors="replace")):
            sender.guesses.take(now)
            return False
        sender.trusted = now + TRUSTED
        return True

    def trusts(self, sender: Sender) -> bool:
        """Whether no word is asked for, or it gave the right one and was not silent for long since."""
        now = self._now()
        if not self._token:
            return True
        if now > sender.trusted:
            return False
        sender.trusted = max(sender.trusted, now + TRUSTED)
        return True

    def refuse(self, host: str, reason: str, said: str = "") -> None:
        """Count what was not done; `said` is what its sender is told."""
        if said:
            self.said[host, reason] = said
            self.said.move_to_end((host, reason))
            if len(self.said) > MOST_SAID:
                self.said.popitem(last=False)
        reasons = self.refused.get(host)
        if reasons is None:
            if len(self.refused) >= MOST_HOSTS:
                host = OTHERS
            reasons = self.refused.setdefault(host, Counter())
        reasons[reason] += 1
