"""OSC 1.0, whole: packets to messages (`parse`) and back (`build`, `bundle`, `Template`)."""

from __future__ import annotations

from gesturemap.wire.osc_read import Malformed, Message, header_of, parse
from gesturemap.wire.osc_write import Template, build, bundle, check_address

__all__ = ["Malformed", "Message", "Template", "build", "bundle", "check_address", "header_of", "parse"]
