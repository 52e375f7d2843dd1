"""What the window says about settings, outputs, the mapping, and the first question."""

from __future__ import annotations

from gesturemap.window.words.named import Named

# Forms

GIVEN, GIVEN_TIP = "given", "Whether this is set at all; without it, what is said of it holds"
LINES_TIP = "a value each line, such as [0.5, 0.25]"
NONE_CHOSEN = "nothing"
FROM, UP_TO, BETWEEN = "from {:.10g}", "at most {:.10g}", "{:.10g} to {:.10g}"
BEYOND, NO_NUMBER = "{:.10g} is not taken: {}; {} stays", "that is no number; {} stays"
DEVICES_SOUGHT = "looking for {}…"
DEVICES_NONE = "no {} found"
DEVICES_FAULT = "{what}: {why}"
DEVICES_LATE = "a driver does not answer"
DEVICE_GONE = "{} (not connected)"
NO_SETTINGS = "It has nothing to set."

# The sheet

SETTINGS, SETTINGS_TIP = "Settings", "Everything of this project, beside what plays (Ctrl+,)"
CLOSE, CLOSE_TIP = "Close", "Put the settings away (Ctrl+,)"
TABS = {
    "input": "Source",
    "features": "Features",
    "model": "Model",
    "mapping": "Mapping",
    "outputs": "Outputs",
    "sound": "Sound",
    "project": "Project",
    "history": "History",
}
TABS_NAME = "Which settings"
LOCKED = "The stage lock is on: nothing can be changed. Take it off first (L)."
ABOUT = {
    "input": "Where movement comes from. It changes when you press Use this.",
    "features": "What is made of the sensor's numbers, one step after another, before anything is learned.",
    "model": "How it learns, and how it decides.",
    "mapping": "Which number moves which control.",
    "outputs": "Where controls and events go.",
    "sound": "The built-in sound: its voices, what stands behind them, and the sound card.",
    "project": "Pedals, a clock from outside, and who may command this project from elsewhere.",
    "history": "Every step since this project was opened; choose one to go there.",
}
USE, USE_TIP = "Use this", "Change to this source with these settings; it can be undone"
KIND, KIND_TIP = "kind", "What it is; another one begins with its own settings"
VOICES, DELAY, ROOM, CARD = "Voices", "Echo", "Reverb", "Sound card"
PEDAL, CLOCK, REMOTE, RECORD = "Pedal", "MIDI clock", "Remote control", "Recording"
RELEVANCE = "What should not matter"
PREFERENCE = "What was kept of A and B"
LAYERS = "Layers of demonstrations"
COLOURS = "Colours and marks of the gestures"
PATCH, PATCH_TIP = "patch", "A sound of the bank, your own patches first; name, gestures and notes stay"
PATCH_NONE = "set by hand"
OWN_PATCH = "{} (yours)"
CANNOT_SHOW = "This cannot be shown: {}"

# Rows

DRAFT = "not in the project: put it right, or it goes"
ADD, ADD_TIP = "+ add", "Add one more"
ADD_NAME = "Add to {}"
REMOVE, UP, DOWN = "Remove {}", "Move {} up (Alt+↑)", "Move {} down (Alt+↓)"
UNFOLD = "Settings of {}"
ROW_TIP = "{doc}\nEnter or click: its settings. Alt+↑, Alt+↓: move it. Del: remove it."
ROW_NAME = "{number} of {count}: {kind}, {summary}"
USUAL = "as usual"
NOTHING_HERE = {
    "features": "No feature: the model gets the sensor's own numbers. Add one below.",
    "mapping": "Nothing is mapped: no control moves. Add a mapping below.",
    "outputs": "It goes nowhere. Add an output below; “synth” plays the built-in sound.",
    "voices": "No voice: nothing sounds. Add one below.",
    "inputs": "No source yet. Add two or more below.",
}
NEW_NAME = "{}{}"

# History

NOW, STEP_NOW, STEP_UNDONE = "now", "{number}: {label} (where it stands)", "{number}: {label} (taken back)"
STEP_DONE = Named("{number}: {label}")
BEGINNING = "as it was opened"
HISTORY_NAME = "History"
NO_HISTORY = "Nothing has been changed yet."
NAME = "name"
PATCHES = "from the bank of patches"
