"""Sound cards: whether the built-in synth will be heard."""

from __future__ import annotations

from gesturemap.doctor.children import ask
from gesturemap.doctor.finding import Finding, look, ok

CODE = "import json; from gesturemap.synth.card import devices; print(json.dumps(devices()))"


def sound(seconds: float) -> list[Finding]:
    """One line for each output; PortAudio is asked in a process of its own."""
    table = ask(["-c", CODE], seconds).table()
    if "error" in table:
        return [
            look(
                f"sound cards: {table['error']}",
                "play all the same: OSC goes out without sound; look at the drivers",
            )
        ]
    if table["fault"]:
        what, _, step = str(table["fault"]).partition("; ")
        return [
            look(
                what,
                f"{step}; without it all plays on, silently" if step else "plug one in; OSC goes out anyway",
            )
        ]
    findings = []
    for one in table["outputs"]:
        what = f"{one['name']} ({one['host']}, {one['channels']} channels, {one['rate']:g} Hz)"
        if one["default"]:
            findings.append(ok(f"{what}: the default", "the built-in synth plays here"))
        else:
            findings.append(
                ok(what, f'to hear the synth there, write device = "{one["name"]}" under [sound]')
            )
    return findings
