"""What the window says about controls, meters, connections, and the sound beside them."""

from __future__ import annotations

OF_WINNER = {
    "confidence": "confidence",
    "fit": "fit",
    "likelihood": "likelihood",
    "progress": "progress",
    "speed": "speed",
    "winner": "number of the gesture",
    "unknown": "unknown movement",
    "always": "always 1",
}
SOURCES = {
    "posterior": "{}",
    "likelihood": "likelihood of {}",
    "fit": "fit of {}",
    "progress": "progress of {}",
    "speed": "speed of {}",
    "output": "output {}",
    "deviation": "deviation {}",
    "feature": "{}",
}
NOT_MAPPED = "Nothing moves a control yet: connect something, above."
NO_MODEL = "There is no model yet: nothing moves what is mapped."
NO_VALUES = "What is mapped has no values yet."
CONNECTION = "{source} ▸ {control}"
RANGE_TEXT = "{name} {value:.3g}, from {low:.4g} to {high:.4g}, follows {source}"
METER_TIP = (
    "{source} ▸ {control}: {value:.4g} {unit}\n{doc}\nIt moves from {low:.4g} to {high:.4g}: drag the ends, or ← → for "
    "the upper and Shift ← → for the lower one; ↑ ↓ another control; Enter: all settings; Del: disconnect it."
)
MISSING = "{control}: its sound has no {wanted}"
MISSING_TIP = (
    "{source} ▸ {control} moves nothing in the sound: another patch plays there, which has no {wanted}. It "
    "has {instead}.\nEnter: let it move one of these; Del: disconnect it; or choose the patch that was there."
)
PLAIN_TIP = "{control}: {value:.4g} {unit}\n{doc}"
LOCKED_TIP = "The stage lock is on: the range cannot be changed. Take it off first (L)."
CONNECT, CONNECT_TIP = "+ connect", "Let something of the movement move a control"
CONNECT_TO, CONNECT_OTHER = "what it moves", "A control of another name …"
CONNECT_NAMED = "its name, such as pad.brightness"
CONNECT_DO, CONNECT_CANCEL = "Connect", "Cancel"
CONNECT_NONE = "Say what it moves: one word, such as pad.brightness."
NO_EVENTS_MAPPED = "No mapping tells when a gesture begins."
CONNECT_TAKEN = "{} is moved by something already: choose another, or disconnect it first (Del)."
CONNECT_WORD = "A control is one word, such as pad.brightness."

# Sound

VOICE, VOICE_TIP = "voice", "Which voice of this project's sound"
PATCH, PATCH_TIP = "patch", "The sound of this voice; your own patches come first"
LEVEL, LEVEL_TIP = "level of {}", "How loud this voice is at its loudest, in dB"
LEVEL_TEXT = "{:+.1f} dB"
PEAK, SILENT = "{:.0f} dB", "silent"
CARD = "card · {block} samples, {time}"
CARD_NONE = "no card plays"
CARD_TIP = "The sound card and how many samples it plays at once; click to choose (settings, Sound)"
CARD_USUAL = "usual card"
BY_HAND = "By hand: find the sound with the sliders, then record and move"
BY_HAND_NONE = "By hand needs an output: connect a control to output:NAME (Settings, Mapping)"
BY_HAND_NAME = "{name}, by hand: {value:.3g}"
BY_HAND_TIP = "{name} as it shall sound now; while it is recorded, the movement learns it"
