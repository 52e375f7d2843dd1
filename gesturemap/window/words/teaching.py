"""What the window says about the vocabulary, about recording without hands, and about demonstrations."""

from __future__ import annotations

from gesturemap.window.words.named import Named

# What is strange about a demonstration

HINT_LONG = "{:.1f} times as long as the others"
HINT_SHORT = "only {:.1f} times as long as the others"
HINT_HEAD = "{:.1f} s idle at the beginning"
HINT_TAIL = "{:.1f} s idle at the end"
HINT_GAP = "nothing came for {seconds:.2g} s, {at:.1f} s after it began; leave it out, or show it again"
HINT_CLIPPED = "clipped: {} stays at one end of its range; move less far, or widen the sensor's range"
HINT_FLAT = "{} does not move here, as it does in the others"

# The vocabulary

FITS = "{:.0%}"
NOT_TESTED = "–"
FITS_TIP = "{:.0%} of its demonstrations were recognised when left out of training"
TESTED_BEFORE_TIP = "changed since the model was evaluated; try it again on page Test (E)"
NOT_TESTED_TIP = "not tested when the model was evaluated: it has too few demonstrations"
DRAG_TIP = "Drag demonstrations, other gestures (merges them) or files onto it"
NOTHING_TO_RENAME = "gesture: none is selected; the selected one is renamed; choose one on the left first"
THROWN_AWAY = "recording: that of '{}' was thrown away (Esc); K keeps the last movement all the same"
NAME_LOCKED = "gesture: the stage lock is on; nothing is named while it is; take it off first (L)"
MERGE_INTO = "Merge into"
MORE_GESTURE_TIP = "Merge, export, import and delete: everything that can be done with the selected gesture"
EXPORT_GESTURE, IMPORT_FILES = "Export its demonstrations…", "Import files…"
NO_GESTURES = "No gesture yet.\nName one below and record it three times, or drop recordings here."

# Demonstrations

VIEW_EACH, VIEW_OVERLAID, VIEW_ONE, VIEW_MINUTE = "Each", "Overlaid", "One", "Last 60 s"
VIEW_TIPS = (
    "All demonstrations beside one another (V: the next view)",
    "All laid over one another: their mean and how far they are spread (V: the next view)",
    "One demonstration large: trim and split it (V: the next view)",
    "What was moved in the last minute, to keep a good one afterwards (V: the next view)",
)
VIEWS_NAME = "How demonstrations are shown"
NOTHING_TO_OVERLAY = "Nothing to lay over one another yet: record {} three times."
NOTHING_LARGE = "Record or choose a demonstration of {}, to see it large."
NO_MINUTE = "Nothing has moved yet. Whatever comes is kept here for a minute."
OFF = "off"
TAKE_UNREADABLE, TAKE_UNWRITTEN = "cannot be read", "not on disk yet"
RESCUED = (
    "this project had no room for some demonstrations once; they lie in {}: import them, then put them away"
)
TAKE_OFF = "not learned from"
TAKE_TRIMMED = "trimmed to {start:.2f}–{end:.2f} s of {whole:.2f} s"
MOVE_TO, MOVE_TO_NEW = "Move to", "New gesture"
PLAY, GHOST_IT, TRIM_IT = "Play", "Practise against it", "Trim or split…"
LEAVE_OUT, TAKE_IN = "Do not learn from", "Learn from again"
DELETE, EXPORT = "Delete", "Export…"
MORE, MORE_TIP = "More", "Everything that can be done with the chosen demonstrations"
GHOST, GHOST_TIP = (
    "Ghost",
    "Draw the chosen demonstration over pad and curves, again and again, to practise against it: each of your "
    "movements is scored beside your demonstrations (G)",
)
GHOST_NONE = "there is no demonstration of this gesture that could go by; record one"
GHOST_TEXT = Named("a demonstration of {label}, {seconds:.1f} s long, goes by again and again")
PRACTICE_BEGIN = Named("Practise {gesture}: do it, and rest; each time is scored beside its demonstrations")
PRACTICE = Named(
    "{share:.0%} like {gesture} · {seconds:.1f} s (usually {usual:.1f} s) · {channel} differs most"
)
PRACTICE_BEFORE = " · before {}"
PRACTICE_USUAL = " · your demonstrations: {share:.0%}"
SHARE = "{:.0%}"
LOOP, LOOP_TIP = "Repeat", "Play it again and again"
CHOOSE_FILES = "Recordings to import"
EXPORTED = "exported {what}: {path}"
EXPORT_FORM = "{whose} (*{ending})"
CHOOSE_EXPORT = "Export demonstrations to a file"
DIALOG_IMPORT, DIALOG_EXPORT = "Import", "Export"
HOW_EACH = "Enter plays · D leaves out · M moves to another gesture, as dragging does · G ghost · Del deletes"
HOW_ONE = (
    "←→ cursor (Shift: by 0.1 s) · [ starts here · ] ends here · S splits here · 0 all of it · ,. other one"
)
HOW_MINUTE = "Drag over what was good, or ←→ choose a movement · K keeps it as {}"
HOW_OVERLAID = (
    "{count} demonstrations, {least:.1f}–{most:.1f} s; most different in {name}, by about {spread:.2g} {unit}"
)
HOW_OVERLAID_TYPICAL = (
    "{count} demonstrations, {least:.1f}–{most:.1f} s; they differ so much that no mean stands for all: bold is the "
    "one nearest to all"
)
NEWEST_OF = "The newest {} of {}"
HOW_OVERLAID_ONE = "One demonstration of {seconds:.1f} s; two or more show how alike they are"
HINT_SIGN = "⚠ {number}: {text}"
HINT_TRIM, HINT_TRIM_TIP = (
    "Trim",
    "Learn only from the movement, without the idle ends; nothing is thrown away",
)
HINT_KEEP, HINT_KEEP_TIP = "Keep", "It is meant so: say no more about it"

# One, large

ONE_NAME = Named("Demonstration {number} of {label}, large")
ONE_TEXT = (
    "{label} {number}: learned from {start:.2f} s to {end:.2f} s of {whole:.2f} s; cursor at {cursor:.2f} s"
)
START_HERE, START_HERE_TIP = "[ Start", "Learn from it only from the cursor on ([)"
END_HERE, END_HERE_TIP = "End ]", "Learn from it only up to the cursor (])"
SPLIT_HERE, SPLIT_HERE_TIP = "Split", "Make two demonstrations of it, cut at the cursor (S)"
NOTHING_TO_SPLIT = "split: the cursor is at an end, {:.2f} s; it is cut there; move it inside first (←→)"
ALL_OF_IT, ALL_OF_IT_TIP = "All of it", "Learn from all of it again (0)"
ONE_TIP = "Drag the two handles to trim; click to set the cursor"
SECONDS_AT, MARK_AT = "{:.2f} s", "{:g} s"

# Overlaid

OVERLAID_NAME = "Demonstrations of {}, laid over one another"
ALIGNING = "laying them over one another…"

# The last minute

MINUTE_NAME = "The last 60 seconds"
MINUTE_TEXT = "{movements} in the last minute"
MINUTE_SPAN = "movement {ago:.1f} s ago, {seconds:.1f} s long"
MINUTE_CHOSEN = "chosen: {ago:.1f} s ago, {seconds:.1f} s long"
KEEP_SPAN, KEEP_SPAN_TIP = (
    "Keep {seconds:.1f} s",
    "Keep what is chosen as a demonstration of the selected gesture (K)",
)
KEEP_LAST = "Keep last"
SECONDS_AGO = "{:.0f} s"
NOW = "now"
KEPT_THERE = "kept as a demonstration of “{gesture}”, the selected gesture (Ctrl+Z takes it away)"
NOTHING_TO_KEEP = "no movement in the last 60 s stands out from rest; drag over what to keep"

# Recording

WAY_AGAIN = "recording: “{was}” was for the project before; here it is “{now}”; choose again beside Record"
BY_MOVEMENT = "by movement"
KEY_TIP = (
    "Record from one press to the next, while the key is held, or by movement: "
    "every movement between two rests becomes a demonstration"
)
LISTEN_FOR = "Listen for {}"
STOP_LISTENING = "Stop  ({} kept)"
LISTENING_BADGE = Named("listening for {label}: move, then rest · {kept} kept")
GOING_COUNT, GOING_RECORDS, GOING_LISTENS = "records in {}", "recording {:.1f} s", "listening, {} kept"
"""What goes on at every page's top, above the gesture's name."""
KNOWING_BADGE = Named("for {label}: getting to know the rest, hold still")
AGAIN, AGAIN_TIP = "Again", "Take the last one back and record it again, counted in as Record is (A)"
NOTHING_TO_MOVE = (
    "gesture: no demonstration is chosen; the chosen ones go to another gesture; choose one first"
)
NOTHING_AGAIN = (
    "again: nothing came last; the last demonstration is taken back and made again; record a gesture first"
)
UNDO_LAST, UNDO_LAST_TIP = "Undo last", "Take the last recorded demonstration away (U)"
HOW_SET, HOW_SET_TIP = "More… •", "Set here: {}"
HOW, HOW_TIP = "More…", "Count-in, pre-roll, length, and a sound that goes along"
ALONG = "with"
ALONG_TIP = (
    "Set the outputs with sliders while recording, play a sound, or record the microphone: "
    "what it is like becomes the outputs"
)
ALONG_NONE, ALONG_HAND, ALONG_MICROPHONE, ALONG_FILE = "no sound", "by hand", "microphone", "WAV file…"
CHOOSE_SOUND = "A sound to move along with (WAV)"
DIALOG_CHOOSE = "Choose"
DESCRIBED = "Described by"
DESCRIBED_TIP = "What of the sound the movement shall learn: these become the outputs"

# Live

LIVE_RATE = "{:.0f} Hz"
