"""Addresses of OSC messages from templates: ``/synth/{control}``, ``/gesture/{label}/{kind}``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gesturemap.errors import SettingsError
from gesturemap.wire.osc import check_address

FORBIDDEN = re.compile(r"[\s#*,/?\[\]{}\0]")
"""What may not stand in a part of an address. Source: OSC 1.0, "OSC Address Spaces"."""


def word(text: str) -> str:
    """A name as a part of an address; what may not stand there becomes ``_``."""
    return FORBIDDEN.sub("_", text) or "_"


def check(template: str, words: Sequence[str], place: str) -> str:
    """A template that names nothing but these words.

    Raises
    ------
    SettingsError
        If it is no address, or names something else.
    """
    check_address(template, place)
    rest = template
    for name in words:
        rest = rest.replace(f"{{{name}}}", "")
    if "{" in rest or "}" in rest:
        has = ", ".join(f"{{{name}}}" for name in words) or "none"
        raise SettingsError(
            place, repr(template), f"what is filled in is {has}", "correct what stands in braces"
        )
    return template


def for_controls(template: str, names: Sequence[str], place: str) -> list[str]:
    """The address of each control, all different; a dot in a name begins a new part.

    Raises
    ------
    SettingsError
        If two controls would get the same one.
    """
    check(template, ("control",), place)
    found = [template.replace("{control}", "/".join(map(word, name.split(".")))) for name in names]
    twice = next((address for address in found if found.count(address) > 1), None)
    if twice is not None:
        raise SettingsError(
            place, f"{twice!r} twice", "each control has an address of its own", "write {control} into it"
        )
    return found
