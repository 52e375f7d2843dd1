"""Sound cards: whether the built-in synth will be heard."""

from __future__ import annotations

from gesturemap.doctor.children import ask
from gesturemap.doctor.finding import Finding, look, ok, wrong

CODE = "import json; from gesturemap.synth.card import devices; print(json.dumps(devices()))"


def sound(seconds: float, wanted: str = "") -> list[Finding]:
    """One line for each output, and one where there is none with `wanted` in its name; PortAudio is asked in a process
    of its own.
    """
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
        what += f"; {wanted!r} is wanted" if wanted else ""
        return [
            look(
                what,
                f"{step}; without it all plays on, silently" if step else "plug one in; OSC goes out anyway",
            )
        ]
    findings = []
    if wanted and not any(wanted.casefold() in str(one["name"]).casefold() for one in table["outputs"]):
        findings.append(
            wrong(
                f"no sound card with {wanted!r} in its name",
                "connect it, or change device in [sound] to one of those below",
            )
        )
    for one in table["outputs"]:
        what = f"{one['name']} ({one['host']}, {one['channels']} channels, {one['rate']:g} Hz)"
        if one["default"]:
            findings.append(ok(f"{what}: the default", "the built-in synth plays here"))
        else:
            findings.append(
                ok(what, f'to hear the synth there, write device = "{one["name"]}" under [sound]')
            )
    return findings
