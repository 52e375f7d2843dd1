"""What the page for testing says."""

from __future__ import annotations

from gesturemap.window.words.named import Named

TEST, TEST_TIP = "Test", "What it heard, how sure it was, where it went wrong (2)"
PAGE_TEACH, PAGE_TEACH_TIP = "Teach", "Source, gestures, demonstrations, recording (1)"

# Now

NOW = "Now"
NOW_TIP = (
    "Likelihood: which gesture, if it is one of them (0 to 1, together 1). Fit: how well the movement fits this "
    "gesture alone (0 to 1); left of the mark means none of these. Grey number: log-likelihood of the last moments, "
    "in nats for each frame; higher is better, to be compared between gestures only."
)
NATS, NATS_SHORT = "{:.3g} nat", "{:.3g}"
NONE_TEXT = "none of these: {:.2f} (1 less the best fit)"
NONE_TIP = (
    "How much speaks for none of these: 1 less the best fit of any gesture; above 0.50 none is recognised"
)
HUE, HUE_NEW, HUE_LIKE = "is it new?", "would be a new gesture", "like {}"
HUE_NUMBER = "new {:.2f}"
HUE_NAME = "How new a movement would be"
HUE_TIP = (
    "While you move: how much of a new gesture it would be (1), or like a known one (0, in its colour). What is "
    "recognised is known."
)
HUE_TEXT = Named("this movement: {hue:.2f} new, likest {like}")
BAR_TEXT = (
    "{label}: likelihood {posterior:.2f}, fit {fit:.2f}, log-likelihood {raw:.3g} nat a frame, "
    "progress {progress:.0%}"
)
MEAN = Named("{label}: mean of {count} and their spread")
MEAN_ONE = Named("{label}: one demonstration")
MEAN_TYPICAL = Named("{label}: the one of {count} nearest to all")
MEAN_NAME = "Mean curve of the gesture, and how far through it you are"
MEAN_TIP = (
    "The demonstrations laid over one another: mean as a line, spread (standard deviation) as a band, each channel in "
    "its own range from bottom to top; of such as are too different for a mean the one nearest to all. "
    "The point is how far through it you are, 0 to 100 %."
)
MEAN_TEXT = "{label}: {progress:.0%} of the way; mean of {count} demonstrations, {seconds:.1f} s"
MEAN_TYPICAL_TEXT = (
    "{label}: {progress:.0%} of the way; the nearest to all of {count} demonstrations, {seconds:.1f} s"
)
MEAN_EMPTY = "Its demonstrations appear here as one curve, with your place on it."
MEAN_WAITS = "Laying the demonstrations over one another…"
WRONG, WRONG_TIP = (
    "That was wrong",
    "Mark this moment as heard wrongly (W): it appears in the river, and can be kept as a demonstration of what it was",
)
RIGHT, RIGHT_TIP = "That was right", "Mark this moment as heard rightly (Y; R is Run)"

# The last minute

RIVER, RIVER_PART = "Last {:.0f} s", "{:.0f} to {:.0f} s ago"
RIVER_NAME = "Likelihood of each gesture over the last minute"
RIVER_TIP = (
    "Each gesture in its colour; a gesture is filled where its fit is good enough too. Wheel, + and - zoom, ← and → "
    "move, end goes back to now, ↑ and ↓ move the line, enter sets it, Esc is panic"
)
SHOWN_POSTERIOR, SHOWN_FIT = "likelihood", "fit"
SHOWN_TIP = (
    "Show which gesture, if it is one of them (0 to 1, together 1), or how well each fits alone (0 to 1)"
)
ROW_HEARD, ROW_LINE = "heard", "with line"
ROW_TIP = "heard: what was told and sent. with line: what the line, where it stands now, would have told"
PAUSE, PAUSE_TIP = (
    "Pause",
    "Stop the river for a look; everything else goes on, and it is kept (space bar records)",
)
CLOSER, CLOSER_TIP = "+", "Zoom in (+)"
FARTHER, FARTHER_TIP = "−", "Zoom out (-)"
TO_NOW, TO_NOW_TIP = "Now", "Back to now (end)"
HOVER = "{ago:.1f} s ago: {values}"
HOVER_VALUE = Named("{label} {posterior:.2f} (fit {fit:.2f})")
HOVER_POSTERIOR = Named("{label} {posterior:.2f}")
HOVER_NOTHING = "{ago:.1f} s ago: nothing came"
RIVER_EMPTY = "Move: the last minute appears here, with what was heard and when."
RIVER_LEARNING = "The model is being learned; what is heard appears here."
RIVER_OPENS = "The project is being opened; what is heard appears here."
RIVER_NO_MODEL = (
    "There is no model yet. Record two gestures and train (1, then T); what is heard appears here."
)
LINE_EVENTS = "A gesture begins at likelihood {threshold:.2f}, if its fit is {fit:.2f} or more"
LINE_RATE = "The model decides by itself: at most {:.3g} false triggers in 10 minutes"
LINE_MODEL = "A stroke is heard when {:.0%} of the trees see it"
LINE_NO_EVENTS = (
    "Nothing is told when a gesture begins: add a mapping of kind events, then this line can be dragged"
)
LINE_EXAMPLES = "Outputs are taught by examples here: no gesture is recognised, and there is no line to drag"
LINE_OWN = "This model has a threshold of its own: it is in the model's settings"
LINE_FIXED = "The model decides by itself, and all that is no gesture scores alike: the line cannot be moved"
LINE_STROKES = "The model decides by itself; record a minute of ordinary movement as “everyday” to have a say"
LINE_TIP = "Drag the line, or ↑ and ↓: the past is marked again at once; let go, or enter, sets it (Ctrl+Z undoes it)"
LINE_WOULD = "{words} · would have heard: {counts}"
LINE_SET = "{words} · the last minute: {counts}"
COUNTED = Named("{label} {count}")
NOTHING_HEARD = "nothing"
RIVER_TEXT = "{words}. Heard in the last {seconds:.0f} s: {heard}. With the line as it stands: {line}."

# Marks

MARKS_NONE = "W marks what was heard wrongly, Y what was right."
MARK_WRONG, MARK_RIGHT = "wrong", "right"
MARK_TEXT = "{number}/{count} {verdict}, {ago} ago: heard {heard}"
MARK_BACK = "undo: the mark “{verdict}” is taken back; a session log keeps its line; Ctrl+Z again undoes the last edit"
MARK_NOTHING = "nothing"
MARK_UNKNOWN = "{number}/{count} none of your gestures, {ago} ago"
MARK_UNKNOWN_TIP = (
    "A movement of {seconds:.1f} s that is none of the gestures: it may become one more of a gesture, a new one, "
    "or ordinary movement. At most two a minute are told."
)
MARK_NEW = "a new gesture"
UNKNOWN_MARK = "?"
MARK_BEFORE, MARK_BEFORE_TIP = "◂", "The mark before"
MARK_NEXT, MARK_NEXT_TIP = "▸", "The next mark"
MARK_IS_TIP = "Which gesture it was; “no gesture” keeps two seconds on both sides as ordinary movement"
KEEP, KEEP_TIP = (
    "Keep as demonstration",
    "Keep these {seconds:.1f} s of movement as a demonstration of {label}",
)
KEEP_RIGHT, KEEP_RIGHT_TIP = (
    "Keep {count} right ones",
    "Keep all that were marked as right (Y) as demonstrations of what was heard: it learns how you play now. "
    "Each can be undone (Ctrl+Z)",
)
KEPT_TIP = "It is kept already"
TOO_EARLY_TIP = "A moment: two seconds after the key belong to it"
MARK_EVERYDAY = "no gesture"
TOO_LATE_TIP = "Only the last 60 s can be kept"
MARKS_NAME = "Marked moments"
TALLY = "{right} right, {wrong} wrong"

# Leaving out

CONFUSION = "Left out once"
CONFUSION_NAME = "What each demonstration was taken for, when it was left out of the training"
CONFUSION_TIP = (
    "Each is played to a model that has not seen it, and judged as it would be live, with the line where it stands. "
    "Rows: what was done. Columns: the gesture that began in it (of several, the one that went on longest; where "
    "none can begin, the one that was ahead longest); – is none of these. Numbers are demonstrations. "
    "A click or arrows choose a cell and list what is behind it; a second click goes back to all"
)
EVALUATE, EVALUATE_TIP = (
    "Try it",
    "Leave each demonstration out once, train without it, and hear it as if it were played live (E); "
    "what plays goes on",
)
EVALUATING = "{:.0f} % {}"
AUTO, AUTO_TIP = (
    "auto",
    "Try it by itself after each training, while nothing is recorded, played or locked",
)
CONFUSION_EMPTY = (
    "Each demonstration is left out once and heard, as if live, by a model that has not seen it. Press E."
)
CONFUSION_FEW = "Record two gestures, at least one of them twice; then each can be left out once and heard."
CONFUSION_BUSY = "Leaving each demonstration out once…"
NONE_SHORT = "–"
HEARD_OF = Named("{right} of {count} {label} heard")
HEARD_SHARE = Named("{label} {share:.0%}")
HEARD_ALL = "{right} of {count} heard"
SHARE_ALL = "{share:.0%} heard"
OUTPUTS = "Outputs, last {:.0f} s"
OUTPUTS_NAME = "What the model gives now, and how sure it is"
OUTPUTS_TIP = (
    "Each output over the last minute; the band around it is one standard deviation: how unsure the model is"
)
OUTPUTS_SPREAD = "The wider the band, the less sure: record more there."
OUTPUTS_UNSURE = "This model does not say how sure it is."
OUTPUTS_WAIT = "Nothing comes: move."
OUTPUT_NONE, OUTPUT_VALUE, OUTPUT_SURE = "–", "{value:.3g}", "{value:.3g} ± {spread:.2g}"
OUTPUT_TEXT = "{name} {value}"
MARK_OUTPUTS = (
    "mark: outputs are learned, and no gesture is told that could be wrong; record what it should do"
)
OUTPUTS_R = "outputs: r {r:.2f} (1 is perfect), off by {rmse:.3g} (root mean square)"
CELL_TEXT = "{count} × {was} taken for {given}"
CELL_RIGHT = "{count} × {was} heard"
CELL_NONE = "none of these"
CELL_EMPTY = "no {was} was taken for {given}"
STALE = "changed since"
TAKE_NUMBER = Named("{label} {number}")
TAKE_FIT = Named("{label} {number}, taken for {given}; its own fit came to {fit:.2f}{also}. Click: play it")
TAKE_ALSO = "; {labels} began too"
TAKE_TIP = "Play this demonstration through everything"

# Map

MAP = "Map"
MAP_NAME = "Map of the demonstrations, and where your movement is"
MAP_TIP = (
    "Each mark is a demonstration in its gesture's colour; what is alike lies close. The ring is your last "
    "{seconds:.1f} s of movement, the line where it came from. A click on a mark plays that demonstration; "
    "dragged onto another one they are alike, drawn away into free room it is unlike the nearest of another gesture"
)
WEIGH = "Weigh {} ▸"
WEIGH_TIP = (
    "What the channels would count for if these pairs are alike (whole lines) and different (dashed ones)"
)
UNSAY, UNSAY_TIP = "×", "Forget the pairs on the map"
MAP_KINDS = ("apart", "spread")
MAP_KINDS_TIP = (
    "apart: the directions that tell the gestures apart best (linear discriminants). "
    "spread: those in which demonstrations differ most (principal components)"
)
MAP_PILE = Named("{take} · {count} here")
MAP_PILE_TIP = "{count} demonstrations lie here over one another; each click plays the next one"
MAP_EMPTY = "Record three demonstrations or more: what is alike lies close together here."
MAP_READING = "Reading {} demonstrations…"
MAP_TEXT = "{count} demonstrations of {gestures} gestures; your movement is nearest to {label} {number}"
MAP_STILL = "{count} demonstrations of {gestures} gestures"

# Messages

MESSAGES = "Messages"
MESSAGES_NAME = "What came in and went out, newest last"
MESSAGES_EMPTY = "What begins and ends, what goes out and what goes wrong is listed here."
MESSAGES_FILTERED = "None of the messages is shown so: another filter, or all of them."
FILTER, FILTER_TIP = "filter", "Show only lines with this in them"
SHOW_TIP = "Which messages are listed"
SHOWN_ALL = "all"
KINDS = {"event": "gestures", "out": "going out", "in": "coming in", "fault": "faults"}
MESSAGES_PAUSE_TIP = "Stop the list for a look; what comes meanwhile is kept"
CLEAR, CLEAR_TIP = "Clear", "Empty the list"
LINE_OF = "{clock} {text}"
EVENT = Named("{kind} {label} {value:.2f}")
OUT_VALUES = "→ {values}"
OUT_ADDRESS = "→ {address}{trouble}"
IN_RATE = "← {address} {rate:.0f} Hz"
IN_SILENT = "← {address} silent"
IN_IGNORED = "← {count} ignored of {sender}: {reason}"
FAULT = "! {place}: {text}"

# Delays

DELAYS = "Delays"
DELAYS_NAME = "How long each stage takes, and how the packets come"
DELAYS_TIP = "Milliseconds from a packet's arrival to the sound; the newest second"
STAGES = {
    "features": "features",
    "model": "model",
    "mapping": "mapping",
    "output": "output",
    "sound": "sound",
    "total": "in all",
}
STAGE_TIPS = {
    "features": "What the features take, and by how much their smoothing lags behind",
    "model": "What the model takes for its answer",
    "mapping": "What the mapping takes",
    "output": "What sending takes",
    "sound": "From a value to the loudspeaker: block and card",
    "total": "All of it",
}
MILLISECONDS = "{:.1f} ms"
COMPUTING, COMPUTING_TIP = (
    "computing",
    "From a packet's arrival to the message that leaves: median, and 99th percentile",
)
COMPUTED = "{p50:.2f} ms (99 %: {p99:.2f})"
PACKETS, PACKETS_TIP = "packets", "Frames a second, and what was lost or ignored since it plays"
PACKETS_TEXT = "{rate:.0f}/s, {lost} lost, {ignored} ignored"
JITTER, JITTER_TIP = (
    "jitter",
    "How unevenly frames come (95th percentile), and the longest gap in the last second",
)
JITTER_TEXT = "{jitter:.1f} ms, gap {longest:.0f} ms"
DELAYS_EMPTY = "No figures yet: they come with the first movement."
