"""What the tab for painting on time says."""

from __future__ import annotations

from gesturemap.window.words.named import Named

PAINT, PAINT_TIP = (
    "Paint",
    "Brush a second of a gesture and a second of nothing in a long recording; the rest is proposed (B)",
)
NAME = "Paint a recording"
REHEARSAL = "rehearsal"
"""What a recording is called that was kept to be painted."""

RECORDING_TIP = "The recording to paint: all of 10 s and more, the newest first"
RECORDING = Named("{take} · {seconds:.0f} s")
RECORDING_OFF = Named("{take} · {seconds:.0f} s · left out")
TAKE, TAKE_TIP = (
    "Take the last minute",
    "Keep what came in the last 60 s as a recording of its own; nothing is learned from it (Ctrl+Z takes it back)",
)
TAKE_NOTHING = "nothing came in the last minute; let the sensor send, play for a while, and press again"
TAKE_SHORT = (
    "only {seconds:.0f} s came so far; a recording has at least {least:.0f} s: play on, and press again"
)
PLAY, PLAY_TIP = "Play", "Play the recording through everything, in place of the sensor"
STOP, STOP_TIP = "Stop", "The sensor plays again"

NOTHING, NOTHING_TIP = "Nothing", "Brush what is no gesture (0, or the right mouse button)"
BRUSH_TIP = Named("Brush {label} (“,” and “.”: the one before and after)")
NEW, NEW_TIP = (
    "new gesture",
    "Write the name of a gesture that there is not yet, and Enter; it comes with its first demonstration",
)
BRUSHES_NAME = "What is brushed"
UNDO, UNDO_TIP = "Take back", "Take the last stroke back (Backspace, Ctrl+Z; Ctrl+Y does it again)"
CLEAR, CLEAR_TIP = "Clear", "Take all strokes away (Backspace brings them back)"
ALL, ALL_TIP = (
    "All right",
    "Everything is as it is proposed, as if it had been brushed so (Backspace takes that back)",
)
KEEP, KEEP_NONE = "Keep {}", "Keep"
KEEP_TIP = (
    "{parts} become demonstrations, in one step: what was brushed, and what is sure enough (the thick line below it). "
    "The recording is left out then; the model learns by itself (Ctrl+Z takes it back)"
)
KEEP_NOTHING = "nothing to keep yet; brush a gesture first"
KEPT = "kept {parts}; Ctrl+Z takes that back, Backspace brings the strokes back"
LOCKED = "the stage lock is on; take it off first (L)"
TAKE_BACK_NOTHING = "no stroke to take back; brush one first"

STRIP_NAME = "The recording, what was brushed and what is proposed"
STRIP_TIP = (
    "Drag: brush the chosen gesture; right button: nothing. Click a proposal below: it is right; right: it is nothing. "
    "Keys: ← → move (Shift: brush, Ctrl: to the next border), Enter: what is here is right, “,” and “.” choose what "
    "is brushed, 0 nothing, Backspace takes back, Esc gives up a stroke. Wheel, + and - zoom, Shift and wheel move"
)
ROW_BRUSHED, ROW_PROPOSED = "brushed", "proposed"
SECOND = "{:g} s"

EMPTY = (
    "Nothing to paint yet. Play for a while, gestures and all that is none between them, and press “Take the last "
    "minute”; or record 10 s and more (1). Then brush a second of a gesture, a second of nothing: the rest is proposed."
)
EXAMPLES = "Outputs are taught by examples here: there are no gestures to paint."
UNREADABLE = Named("{take} cannot be drawn: its file is gone, or too large; it can be painted all the same")

FIRST = Named(
    "Drag over a second of {label}, then with the right button over a second of nothing: the rest is proposed"
)
FIRST_NEW = (
    "Write the name of a gesture at the right of “Nothing”, or choose one; then drag over a second of it"
)
ALONE = Named("Only {label} so far: drag over a second of something else, such as nothing (right button)")
ALONE_NOTHING = "Only nothing so far: drag over a second of a gesture"
THINKS = "Looking for the rest…"
PROPOSED = "{proposed} proposed, {sure} sure · wrong: brush over it; right: click, or “All right”"
HERE_BRUSHED = Named("{begin:.1f} to {end:.1f} s: {label}, brushed")
HERE_PROPOSED = Named("{begin:.1f} to {end:.1f} s: {label}, {sure:.0%} sure")
HERE_KEPT = Named("{begin:.1f} to {end:.1f} s: {label}, {sure:.0%} sure, is kept")
TEXT_BRUSHED = "brushed: {}"
TEXT_PROPOSED = "proposed: {}"
TEXT_NONE = "nothing yet"
TEXT_CURSOR = "cursor at {:.1f} s of {:.1f} s"
TEXT_BRUSHING = Named("brushing {label} from {begin:.1f} to {end:.1f} s")
