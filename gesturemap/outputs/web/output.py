"""Settings of the web output, and how its server is begun."""

from __future__ import annotations

import dataclasses
import importlib.util
from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.errors import SettingsError, not_installed
from gesturemap.frames import Spec
from gesturemap.outputs.beside import BesideRun
from gesturemap.outputs.output import FailSafe


@dataclass(frozen=True)
class Web(FailSafe):
    """A WebSocket with JSON for web pages, and a page that shows the values."""

    kind: ClassVar[str] = "web"

    host: str = setting(
        "127.0.0.1", "address of this machine to serve at; 0.0.0.0: all, also for other machines"
    )
    port: int = setting(8765, "TCP port; 0: any free one", low=0, high=65535)
    rate: float = setting(60.0, "how often values are sent at most; events go at once", unit="Hz",
                          low=1.0, high=1000.0)  # fmt: skip
    token: str = setting("", "a word that pages must show, as ?t=WORD; empty: none is asked for")
    origins: tuple[str, ...] = setting(
        (), "pages from elsewhere that may connect, such as http://localhost:5173; null: a file"
    )

    def start(self, controls: Spec) -> BesideRun:
        """Begin the server.

        Raises
        ------
        SettingsError, DeviceError
            If an origin is none, or the library is not installed.
        """
        self.check(controls)
        where = f"web page http://{self.host}:{self.port}/"
        if importlib.util.find_spec("aiohttp") is None:
            raise not_installed(where, "web")
        orders = dataclasses.asdict(self) | {"controls": list(controls.names)}
        return BesideRun("gesturemap.outputs.web.serve", orders, where)

    def check(self, controls: Spec) -> None:
        """Whether these settings make sense.

        Raises
        ------
        SettingsError
            If an origin is none.
        """
        super().check(controls)
        for origin in self.origins:
            if origin != "null" and ("://" not in origin or origin.count("/") != 2):
                raise SettingsError(
                    "outputs, web, origins", repr(origin), "scheme, host and port are wanted, no path",
                    "write it as http://localhost:5173",
                )  # fmt: skip
