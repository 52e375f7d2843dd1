"""Lets other programs find remote control: ``_osc._udp`` and ``_oscjson._tcp`` in the network it listens in."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from zeroconf import Error
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from gesturemap import addresses
from gesturemap.errors import DeviceError
from gesturemap.outputs.web.serve import EVERY

KINDS = ("_osc._udp.local.", "_oscjson._tcp.local.")
LONGEST = 40
"""Letters of a machine's name in ours; a label has 63 at most."""


@contextlib.asynccontextmanager
async def announced(host: str, port: int) -> AsyncIterator[None]:
    """Say it as long as this goes on; what listens on this machine alone is found on this machine alone.

    Raises
    ------
    DeviceError
        If the network does not take it.
    """
    own = (addresses.own() or ["127.0.0.1"]) if host in EVERY else [host]
    machine = (addresses.names() or ["here"])[0][:LONGEST]
    try:
        zero = AsyncZeroconf(interfaces=own)
    except OSError as error:
        raise _unheard(host, error) from error
    try:
        for kind in KINDS:
            info = AsyncServiceInfo(
                kind,
                f"gesturemap {machine} {port}.{kind}",
                parsed_addresses=own,
                port=port,
                server=f"gesturemap-{machine}-{port}.local.",
                properties={"txtvers": "1"},
            )
            await (await zero.async_register_service(info, allow_name_change=True))
        yield
    except (OSError, Error) as error:
        raise _unheard(host, error) from error
    finally:
        with contextlib.suppress(OSError, Error):
            await zero.async_unregister_all_services()
        await zero.async_close()


def _unheard(host: str, error: Exception) -> DeviceError:
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error) or type(error).__name__
    return DeviceError(
        f"announcing at {host}",
        text,
        "others find it in a network only",
        "name its address there, or look at the network",
    )
