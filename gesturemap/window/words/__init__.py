"""Every word the window says, in one place, ready for another language."""

from __future__ import annotations

from gesturemap.window.words.named import Named

APP, WINDOW = "gesturemap", "window"

# Before there is a window

MISSING_LIBRARY = "the system library {} is missing"
NEEDS_LIBRARY = "Qt needs it"
APT = "on Debian or Ubuntu: sudo apt-get install {}"
NO_DISPLAY = "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
DEAD_DISPLAY = "display {!r} does not answer"
NEEDS_DISPLAY = "a window needs a screen"
SET_DISPLAY = "run it in a desktop session, or play without a window: gesturemap perform PROJECT"
NO_QT = "PySide6 is not installed"
NEEDS_QT = "the window is made with it"
INSTALL_QT = "pip install gesturemap"
NO_ENDPOINT = "no address of a running control process"
NEEDS_ENDPOINT = "a window is opened with one"
START_BY = "start it with: gesturemap window"

# Top bar

UNTITLED = "untitled"
UNSAVED, PRESET = "not saved", "preset"
PRESET_TIP = "It came with gesturemap and stays as it is; the first change makes it a project of your own"
UNSAVED_WORK, WORK_IN = "{name} · {day} {time} (unsaved)", "{name} · in {folder}"
NEW, NEW_TIP = "New", "Begin a project: what plays now is closed"
NEW_EMPTY, NEW_EMPTY_TIP = "An empty project (Ctrl+N)", "Begin with the pointer pad and no gesture"
NEW_WEKINATOR = "In the place of Wekinator…"
NEW_WEKINATOR_TIP = "For a patch that was made for Wekinator: the same ports, messages and control words"
WEKINATOR_TITLE, WEKINATOR_NAME = "In the place of Wekinator", "wekinator"
WEKINATOR_WHAT = (
    "A patch that was made for Wekinator plays with this project unchanged: inputs and control words come in at port "
    "6448, outputs go to port 12000 of this computer."
)
WEKINATOR_INPUTS, WEKINATOR_OUTPUTS, WEKINATOR_KIND = "Inputs", "Outputs", "The outputs are"
WEKINATOR_KINDS = {
    "continuous": "numbers (neural networks)",
    "classifiers": "classes (nearest neighbours)",
    "dtw": "gestures (dynamic time warping)",
    "custom": "each of a type of its own",
}
WEKINATOR_TYPES, WEKINATOR_CLASSES = "Types", "Classes"
WEKINATOR_PROBABILITIES = "Send probabilities too"
WEKINATOR_BEGIN = "Begin"
LOCK, LOCKED = "Lock", "Locked"
LOCK_TIP = "Stage lock: while it is on, nothing is edited, trained, deleted or saved, whoever asks; what plays goes on"
OPEN, OPEN_TIP = "Open", "Open a project or a preset (Ctrl+O)"
OPEN_FOLDER = "A project folder…"
OPEN_PRESET_TIP = "A preset that came with gesturemap, or one of your own"
SAVE, SAVE_TIP = "Save", "Save the project (Ctrl+S); Ctrl+Shift+S saves it as a new folder"
CHOOSE_PROJECT = "Open a project folder"
CHOOSE_SAVE = "Save project as (a folder is made)"
UNDO, REDO = "Undo", "Redo"
UNDO_TIP = "Undo: {} (Ctrl+Z)"
REDO_TIP = "Redo: {} (Ctrl+Shift+Z)"
NOTHING_TO_UNDO = "Nothing to undo (Ctrl+Z)"
NOTHING_TO_REDO = "Nothing to redo (Ctrl+Shift+Z)"
RECORD, STOP = "Record", "Stop"
RECORD_TIP = "Record a demonstration of the selected gesture (space)"
TRAIN, TRAIN_TIP = "Train", "Learn from the demonstrations; the sound goes on (T)"
TRAINING = "Train {:.0f} %"
PLAYING, HELD = "Playing", "Held"
RUN_TIP = "Playing: movement drives the outputs. Held: they stay still. Recognition goes on either way (R)"
MORE_CHANNELS = "+{}"
PANIC, PANICKED = "Panic", "Silent"
PANIC_TIP = (
    "Silence everything at once (P or Esc); the sound opens again when a gesture begins, where none can when the "
    "controls move, or by switching Run off and on"
)
LOOK_DARK, LOOK_LIGHT = "Dark", "Light"
LOOK_TIP = "Change between the dark and the light look"
DIALOG_OPEN, DIALOG_SAVE = "Open", "Save here"

# Source

SOURCE = "Source"
SOURCE_KIND_TIP = "Where movement comes from"
SOURCES = {
    "pointer": "Pointer pad (mouse or pen)",
    "phone": "Phone (its browser, no app)",
    "osc": "OSC (phone, board, program)",
    "serial": "Serial port (Arduino, ESP32)",
    "replay": "Replay of a recording",
    "synthetic": "Made-up movement",
    "merge": "Several sources at once",
    "gamepad": "Game controller (USB, Bluetooth)",
    "midi": "MIDI (keyboard, controller)",
    "lsl": "LSL stream (Lab Streaming Layer)",
    "wekinator": "Patches made for Wekinator",
}
RECORDINGS = "Play its recordings"
RECORDINGS_TIP = "Recordings of the sensor came with this project: play them in its place; it can be undone"
USE, USE_TIP = "Use this", "Change to this source with these settings; it can be undone"
IN_USE = "In use"
OPENING, NOT_OPEN, RESTS = "Opening…", "Not open", "Rests"
LAYOUT = "layout"
LAYOUT_TIP = "What the device sends: learned from what comes first, or as a known device sends it"
LAYOUT_FIRST = {"osc": "as it comes first", "serial": "as it comes first"}
LAYOUT_OWN = "as set below"
SETTINGS, HIDE_SETTINGS = "Settings", "Hide"
SETTINGS_TIP = "Show or hide how this source is set up"
BROWSE, BROWSE_TIP = "…", "Choose a file"
CHOOSE_FILE = "Choose a file"
UNKNOWN_SOURCE = "This source cannot be shown: {}"
POINTER_ADDRESS = "pointer pad"
OPENING_SOURCE = "opening…"
FIRST_START = "compiling: {:.0%}"
STATUS_FIRST_START, AFTER_COMPILING = "{}, once on this computer", "Comes when it is compiled"
FIRST_START_STEP = (
    "What plays is compiled once on this computer, which takes a minute or two; then it opens at once."
)
SOURCE_OPENS, SOURCE_CLOSED = "The source is opening…", "The source is not open"
RESTING = "listening: the source rests\nIt plays again when listening ends."
LISTENING = "listening"
HEALTH_STEADY = "{rate:.0f} Hz"
HEALTH_SILENT = "silent"
HEALTH_LOST = "{} lost"
HEALTH_IGNORED = "{} ignored"
HEALTH_PACE = (
    "jitter {jitter:.1f} ms · longest gap {longest:.0f} ms in the last second · {gaps:.0f} gaps so far"
)
HEALTH_IGNORED_LINE = "{sender}: {count} × {reason}"
HEALTH_UNUSABLE_STEP = "Such frames are left out. Look at the sensor, or open the doctor (Ctrl+D)."
HEALTH_NAME = "Sensor health"
SILENT_STEPS = {
    "pointer": "Move the mouse over the pad.",
    "phone": "No phone just now. Scan the QR code with it.",
    "osc": "Nothing arrives at this port. Why? Ctrl+D asks the doctor.",
    "serial": "Nothing arrives. Check port, speed and cable, or ask the doctor (Ctrl+D).",
    "replay": "The recording has not begun, has ended, or cannot be read.",
}
SILENT_STEP = "Nothing arrives from this source."
UNUSED_STEPS = {
    "osc": "Nothing that arrives can be used: {reason}. Press Listen, or ask the doctor (Ctrl+D).",
}
UNUSED_STEP = "Nothing that arrives can be used: {reason}. Why? Ctrl+D asks the doctor."
NOT_OSC_STEP = "What arrives is not OSC but text, JSON or something else: set the app to OSC over UDP."
WAITING_STEP = (
    "No frame yet: {reason}. Switch that sensor on in the app, or leave it out of the source's columns."
)

# Phone

PHONE_CODE, PHONE_CODE_TIP = "Show the QR code", "Show the code that brings a phone in"
PHONE_ANOTHER = "Another phone: a new code"
PHONE_ANOTHER_TIP = (
    "First close the page on the phone that is here, or it comes back by itself and has the place again"
)
PHONE_CODE_NAME = "QR code of the phone's page"
PHONE_TITLE = "Bring a phone in"
PHONE_SCAN = "Scan this with the phone"
PHONE_STEPS = (
    "Phone and computer are in the same Wi-Fi. The browser warns, as this computer made the certificate itself. "
    "Android: Advanced, Proceed. iPhone: Show Details, visit this website. Then tap to start."
)
PHONE_NETWORK, PHONE_NETWORK_TIP = (
    "Network",
    "The address of this computer in the network that the phone is in",
)
PHONE_NO_CODE = "For a QR code: {install}. Till then, type this address into the phone:"
PHONE_ADDRESS = "phone page"

# While the engine does not run

ENGINE_STARTS = "the engine is starting"
ENGINE_STUCK = "the engine does not answer"
ENGINE_STUCK_STEP = "If it does not within seconds, it is started again."
ENGINE_AGAIN = "the engine is starting again"
ENGINE_STEP = "Movement counts in a moment."
ENGINE_OFF = "the engine is off"
ENGINE_OFF_STEP = "It died too often. R starts it again; the project is on disk."
CONTROL_GONE = "nothing plays: control is gone"
CONTROL_GONE_STEP = "It is looked for; gesturemap window opens the project again, which is on disk."

# Form

LIST_TIP = "separate by commas"
TABLE_TIP = "name = value, a line each"

# Vocabulary

GESTURES = "Gestures"
GESTURES_TIP = "All gestures, each with how many demonstrations it has; F2 renames, Del deletes"
NEW_GESTURE = "Name of a new gesture"
NEW_GESTURE_NAME = "New gesture"
ADD, ADD_TIP = "Add", "Add a gesture to the vocabulary (N writes its name)"
RENAME, RENAME_TIP = "Rename", "Rename the selected gesture (F2)"
DELETE, DELETE_GESTURE_TIP = (
    "Delete",
    "Delete the selected gesture and its demonstrations (Del); it can be undone",
)
GESTURE_TIP = Named("{label}: {count} demonstrations, {seconds:.1f} s in all")
GESTURE_UNTRAINED = "not in the model yet: train (T)"
NUMBER_NAME = "gesture {}"

# Live

LIVE = "Live"
LIVE_FIGURES = "{channels} channels · {rate:.0f} Hz"
SENSOR_CURVES, FEATURE_CURVES = "Sensor", "Features"
CURVES_TIP = "Show what the sensor sends, or what the features make of it"
CURVES_SECONDS, CURVES_SECONDS_TIP = "{} s", "How many seconds the curves show (wheel over them, + and -)"
PAUSE, PAUSE_TIP = "Pause", "Stop the curves for a look; everything else goes on"
NO_CURVES = "No movement just now."
CURVES_NAME = "Live curves"
CURVE_TEXT = "{name} {value:.3g} {unit}"

# Pad

PAD_HINT = "Move here"
PAD_NAME = "Pointer pad"
PAD_HELP = "Moving the mouse here sends its place and whether it is pressed, like a sensor."

# Recording

DEMONSTRATIONS = "Demonstrations"
DEMONSTRATIONS_OF = "Demonstrations of {}"
RECORD_GESTURE = "Record {}"
STOP_RECORDING = "Stop  {:.1f} s"
CANCEL_COUNT = "Cancel"
HOLD_KEY, TOGGLE_KEY = "hold", "toggle"
COUNT_IN, COUNT_IN_TIP = "count-in", "Seconds counted before the recording begins"
PRE_ROLL, PRE_ROLL_TIP = "pre-roll", "Seconds before the beginning that are kept too"
LENGTH, LENGTH_TIP = "length", "Seconds after which it stops by itself; open: when you stop it"
SECONDS, UNTIL_STOPPED = " s", "open"
NO_SELECTION = "Select a gesture on the left, or name a new one."
NO_DEMONSTRATIONS = "No demonstration of {} yet. Press space and show it; three are a good start."
RECORDING_BADGE = Named("recording {label}  {seconds:.1f} s")
BADGE_NOTHING = "{}  ·  nothing comes"
PLAY_DEMONSTRATION, PLAY_DEMONSTRATION_TIP = (
    "Play",
    "Play the selected demonstration through everything (Enter)",
)
STOP_PLAYING = "Stop"
DELETE_DEMONSTRATION_TIP = "Delete the selected demonstration (Del); it can be undone"
TAKES_TIP = "All demonstrations of the selected gesture; Enter plays, Del deletes"
TAKE_LENGTH = "{:.1f} s"
TAKE_TIP = Named("Demonstration {number} of {label}: {seconds:.2f} s, {frames} frames{note}")

# Recognition

HEARD = "Recognised"
NONE_OF_THESE = "none of these"
PERHAPS = "{}?"
OUTPUTS_PLAY = "outputs play"
NO_MODEL = "not trained yet"
LEARNING = "learning…"
OTHER_SENSOR = "made for another sensor"
OTHER_SENSOR_STEP = "This model was trained on another sensor: choose that sensor, or begin a new project."
NO_FRAMES, NO_SENSOR = "waiting for movement", "nothing comes from the sensor"
BARS_LEARNING = "It learns from the demonstrations; each gesture gets its bar here."
BARS_UNTRAINED = "Press T to learn from the demonstrations; each gesture gets its bar here."
BARS_SOON = "Each gesture gets its bar here."
BARS_EMPTY = "Record a few demonstrations of two gestures or more; each gets its bar here."
BARS_EXAMPLES = "Record examples of what the outputs should be, from the patch or with space, then press T."
BARS_NAME = "Likelihood of each gesture"
LEGEND_POSTERIOR, LEGEND_FIT, LEGEND_PROGRESS = "likelihood", "fit", "progress"
LEGEND_TIP = (
    "Likelihood: which gesture, if it is one of them. Fit: how well the movement fits this gesture alone; "
    "left of the mark means none of these. Progress: how far through it."
)
BAR_TEXT = Named("{label}: likelihood {posterior:.2f}, fit {fit:.2f}, progress {progress:.0%}")

# Sound

SOUND = "Sound"
SOUND_ON, SOUND_OFF = "On", "Off"
SOUND_TIP = "Switch the built-in sound on or off"
VOLUME, VOLUME_TIP = "Volume", "Volume of the built-in sound"
METER_NAME = "Level"
METER_TEXT = "left {:.0f} dB, right {:.0f} dB"

# The page to play from

KEYED, SPACE = "{text} · {key}", "space"
TEACH, TEACH_TIP = "Teach", "Back to source, gestures and demonstrations (1)"
PERFORM, PERFORM_TIP = "Perform", "The page to play from: large, over the whole screen (3)"
SCENE_OF = "{number} / {count}  {name}"
NEXT_SCENE = "next ▸ {}"
LAST_SCENE = "last scene"
NEXT, NEXT_TIP = "Next scene", "Play the next scene (space, →, page down)"
PREVIOUS, PREVIOUS_TIP = "Scene before", "Play the scene before (←, page up)"
HEARD_NOW = "What is heard"
SCENE_NAME, TIME_NAME = "Scene", "Time since this page was opened"
GAUGES_NAME = "Likelihood and progress, or what is moved"
GAUGES_NOTHING = "nothing is recognised"
LAMPS_NAME = "Sensor, sound and outputs"
LAMP_STATES = {"good": "{}", "warn": "look at {}", "bad": "nothing sounds: {}", "off": "{}"}
LAMP_SENSOR = "sensor"
LAMP_SENSORS = {
    "pointer": "pointer",
    "phone": "phone",
    "osc": "OSC in",
    "serial": "serial",
    "replay": "replay",
    "synthetic": "made-up movement",
    "merge": "sensors",
    "gamepad": "gamepad",
    "midi": "MIDI in",
    "lsl": "LSL in",
    "wekinator": "OSC in",
}
LAMP_CLOSED, LAMP_SILENT, LAMP_RATE = "{} not open", "{} silent", "{name} {rate:.0f} Hz"
LAMP_SOUND, LAMP_SOUND_OFF = "sound, {}", "sound off"
LAMP_SILENCED = "sound silent after a panic"
LAMP_PANICKED = {
    "gesture": "panic: silent until a gesture begins",
    "movement": "panic: silent until something moves",
}
LAMP_OUTPUTS, LAMP_OUTPUTS_TROUBLE, LAMP_OUTPUTS_HELD = "outputs", "outputs: {}", "outputs held: R plays"
LAMP_LOCKED, LAMP_PLAYS = "locked", "plays {}: P stops it"

# Outgoing

OUTGOING = "Outgoing"
OUTGOING_TO = "to {}"
UNHEARD = "nobody listens there"
UNSENT = "{} could not be sent"
LEFT_OUT = "{} left out, it is too slow"
OUTPUT_TROUBLE = "{address}: {trouble}"
CONTROLS_NAME = "Control values"
EVENTS_NAME = "Last events"
NO_EVENTS = "No gesture has begun yet."
EVENT = Named("{clock}  {kind} {label}  {value:.2f}")
EVENT_KINDS = {"began": "began", "ended": "ended"}
CONTROL_TEXT = "{name} {value:z.3g}"

# Status line

STATUS_TRAINED = "trained in {ms:.0f} ms"
STATUS_TRAINED_AGO = "trained {ago} ago in {ms:.0f} ms"
STATUS_READY = "model ready"
STATUS_UNTRAINED = "no model yet"
STATUS_STALE = "changed since training: press T"
STATUS_PROGRESS = "{what} {part} {percent:.0f} %"
STATUS_RATE = "{:.0f} frames/s"
STATUS_IGNORED = "{} ignored"
STATUS_IGNORED_WHY = "{count} ignored ({reason})"
STATUS_LATENCY = "in→out {p50:.2f} ms (p99 {p99:.1f})"
STATUS_AUDIO = "audio {}"
STATUS_AUDIO_RUNNING = "audio on"
DROPOUT = "dropout"
STATUS_PANICKED = "panic: silent until {}"
STATUS_TIP_PANICKED = "{}, or Run is switched off and on (R)"
REVIVES = {
    "gesture": "a gesture begins",
    "movement": "the controls move",
}
STATUS_FAULT, STATUS_FAULTS = "1 fault", "{} faults"
STATUS_LOG = "logging"
STATUS_TEMPO, STATUS_CLOCK = "clock {:.0f}/min", "clock {}"
STATUS_PROCESS = "{name} {state}"
STATUS_FAULT_SHOW = "click to read it"
STATUS_FAULT_UNKNOWN = "which one was told before this window was opened"
STATUS_TIP_FAULTS = "faults: what went wrong in the engine or could not be sent since this project plays"
STATUS_TIP_LATENCY = "in→out: from a packet's arrival to the message that leaves; median and 99th percentile"
SECONDS_AGO, MINUTES_AGO, HOURS_AGO = "{:.0f} s", "{:.0f} min", "{:.0f} h"
PROGRESS_OF = {
    "training": "training",
    "evaluating": "evaluating",
    "importing": "importing",
}

# In place of boxes

DISMISS, DISMISS_TIP = "Dismiss", "Put this message away"
TIMES = "{} times"
MORE_FAULTS = "+{} more"
MORE_FAULTS_TIP = "Show all that is said"
FEWER_FAULTS = "fewer"
FEWER_FAULTS_TIP = "Show the gravest alone"
LOST_CONTROL = (
    "The control process is gone. Trying to reach it again, {:.0f} s more; then this window closes."
)
STILL_TAKE = "In that take, {:.2f} s long, nothing moves: it is left out (D counts it in, Ctrl+Z deletes it)."
SHORT_TAKE = "That take is only {:.2f} s long: delete it (Ctrl+Z) if it was a slip."
RECORD_LOCKED = "record: the stage lock is on; nothing is recorded while it is; take it off first (L)"
PAGE_LOCKED = "page: the stage lock is on; this page stays while it is; take it off first (L)"
HOLD_LOCKED = "hold: the stage lock is on; what plays goes on while it is; take it off first (L)"
TRAIN_PLAYING = (
    "train: this is the page to play from; nothing is trained by a key here; go back to Teach first (1)"
)
OTHER_PLAYING = "{}: this is the page to play from; no key closes here what plays; go back to Teach first (1)"
RECORD_COMPILES = "record: {}; nothing is heard until then; record when the pad or the curves move"
CANNOT_RECORD = "record: no gesture is selected; a demonstration belongs to a gesture; name one on the left"

LISTEN = "Listen"
LISTEN_TIP = "See everything that arrives, and take what it is from there"
LISTEN_TITLE = "Learn a sensor by listening"
LISTEN_STEPS = "Switch the sensor on and turn it slowly in all directions. Ports: {ports}"
LISTEN_COLUMNS = ("Port", "Sender", "Address", "Types", "A second", "Last values")
LISTEN_NOTHING = (
    "Nothing has arrived yet. To listen at another port, type it in the source's settings. "
    "Why nothing comes, the Doctor says."
)
LISTEN_DOCTOR, LISTEN_DOCTOR_TIP = "Doctor", "Close this and let the doctor look why nothing arrives"
LISTEN_OF = " of {sender}, port {port}"
LISTEN_KNOWN = "This is {name}"
LISTEN_OWN = "As it was heard: {count} channels"
LISTEN_USE = "Use this"
LISTEN_CHOICE = "What it is"
LISTEN_NAME = "A name, to keep it as a sensor of your own"
LISTEN_KEEP, LISTEN_KEEP_TIP = "Keep", "Keep what was heard under this name; gesturemap sensors lists it"
LISTEN_KEPT = "Kept as {name}: {folder}"
LISTEN_LEARNED = "Learned by listening at port {port}"
LISTEN_CLOSE = "Close"
