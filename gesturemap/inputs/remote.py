"""Who may command a project from outside, and at which port."""

from __future__ import annotations

from dataclasses import dataclass

from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.inputs.senders import LOOPBACK, OWN, networks

USUAL = 6450
"""The UDP port that is written in the examples."""
SHORTEST_TOKEN = 8
"""Letters: a shorter one is soon guessed."""
CONTROL_FROM = "remote, control_from"


@dataclass(frozen=True)
class Remote:
    """The section ``[remote]``: commands and questions over OSC."""

    port: int = setting(0, f"UDP port for commands, usually {USUAL}; 0: there is none", low=0, high=65535)
    host: str = setting(
        "",
        "own address to listen on; empty: 127.0.0.1 if only this machine may command, else all of them",
    )
    control_from: tuple[str, ...] = setting(
        (LOOPBACK,),
        "who may command: addresses and networks such as 192.168.1.7 or 192.168.1.0/24; loopback: this machine",
    )
    token: str = setting("", "a word that every sender has to give first; empty: none is asked for")
    roots: tuple[str, ...] = setting(
        (), "further folders in which projects may be opened and saved, beside the one this project lies in"
    )
    rate: float = setting(
        100.0, "messages a second that one sender may send", unit="Hz", low=1.0, high=10_000.0
    )
    query: bool = setting(True, "answer OSCQuery, at the TCP port of the same number")
    origins: tuple[str, ...] = setting(
        (), "web pages from elsewhere that may command, such as http://localhost:5173"
    )
    announce: bool = setting(True, "let other programs find it (zeroconf)")

    def __post_init__(self) -> None:
        """Refuse networks and tokens that are none.

        Raises
        ------
        SettingsError
            Naming the setting.
        """
        if not self.control_from:
            raise SettingsError(
                CONTROL_FROM,
                "nobody",
                "somebody may command",
                f'write ["{LOOPBACK}"], or leave it out',
            )
        networks(self.control_from, CONTROL_FROM)
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise SettingsError(
                "remote, token",
                f"{len(self.token)} letters",
                f"at least {SHORTEST_TOKEN}",
                "choose a longer one",
            )
        for origin in self.origins:
            if "://" not in origin or origin.count("/") != 2:
                raise SettingsError(
                    "remote, origins", repr(origin), "scheme, host and port are wanted, no path",
                    "write it as http://localhost:5173",
                )  # fmt: skip

    @property
    def address(self) -> str:
        """The address it listens on."""
        return self.host or (
            "127.0.0.1" if set(networks(self.control_from, CONTROL_FROM)) <= set(OWN) else "0.0.0.0"
        )
