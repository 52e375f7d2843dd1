"""What the panel about what it believes says."""

from __future__ import annotations

from gesturemap.window.words.named import Named

TRIED, TRIED_TIP = (
    "Tried",
    "What each demonstration was taken for when it was left out, and the map of all (B)",
)
BELIEFS, BELIEFS_TIP = (
    "What it believes",
    "What is strange about the demonstrations, why it hears what it hears, what to record next (B)",
)
CHECKS, CHECKS_TIP = (
    "Check takes",
    "What is strange about what was shown: wrong names, gaps, rest at an end, two gestures that are one",
)
DOCTOR, DOCTOR_TIP = (
    "Why doesn't it work?",
    "Look for the cause, from the sensor to the hand, and try what mending it would bring; it takes some seconds",
)
NEXT, NEXT_TIP = "What next?", "Which demonstration would help most, and how to do it"
MATRIX, MATRIX_TIP = "Who is confused?", "What would be mistaken, and what would begin when it was not meant"
BEST, BEST_TIP = "Best and worst", "The demonstrations of {gesture}, from the most typical to the oddest"
WHY, WHY_TIP = "Why this gesture?", "Which channels and moments of {take} speak for what it is taken for"
MOVED, MOVED_TIP = "What moved it?", "Which channels moved this output in {take}, and when"
MORE, MORE_TIP = "More", "Other questions"
MIX, MIX_TIP = "Mix what is heard", "Sliders over the ways to hear a movement; the matrix follows"
LOOKS, LOOKS_TIP = (
    "What it looks like",
    "The mean of {gesture} with its spread, and how it may be done the next time",
)
CONSISTENCY, CONSISTENCY_TIP = (
    "How alike each time?",
    "How much the demonstrations of each gesture agree, beside how far other gestures are",
)
CURVE, CURVE_TIP = (
    "How it learns",
    "How much of each gesture is missed with one, two, three ... demonstrations of it",
)
NOTHING, NOTHING_TIP = "Why nothing?", "How near {take} came to {gesture}, and what held it back"
DISTINCT, DISTINCT_TIP = "Is it distinct?", "What {gesture} would be confused with, had it come last"
DECOYS, DECOYS_TIP = "Learned by mistake?", "Channels that may be learned in place of the movement"
DECOYS_NONE = "no channel is learned in place of the movement"
PIPELINES, PIPELINES_TIP = (
    "Other features?",
    "Try other features and models for ten seconds; what is better by more than chance is offered",
)
SOUNDCHECK, SOUNDCHECK_TIP = (
    "Sound check",
    "What is other about the sensor than when it was taught: today's demonstrations beside those of other days",
)
DISCOVER, DISCOVER_TIP = (
    "What comes again?",
    "Movements that come again in {take}, if it is a long one, or else in the longest; each can become a gesture",
)
NEVER = "Never that"
NEVER_ASK = Named("Never {given} for {was}…")
NEVER_ASK_TIP = Named(
    "What it would cost that {given} never begins while {was} is made; nothing is changed yet"
)
SOUND_SAME = "the sensor is as it was when it was taught"
SOUND_OTHER = "other than when it was taught: {count} found"
SOUND_WANTED = "nothing to compare yet"
REPEATS_NONE = Named("nothing comes again in {take} that is no gesture already")
REPEATS = Named("{count} found in {take}")
NEVER_NOW = Named("{given} for {was}")
NEVER_ROW = "with a fit of {fit:g}: begins in {false}, misses {missed} of its own"
OUTPUT_TIP = "The output that is asked about"
GESTURE_TIP = "The gesture that is asked about"
TAKE_TIP = "The demonstration that is asked about"
TAKE = Named("{label} {number}")
NAME = "What it believes of what it was shown"
PORTRAIT = "{take} as it was recorded"
RESULT_NAME = "Answer"

FIRST = (
    "Ask what it believes: what is strange about the demonstrations, why it does not work, what to record next. "
    "Nothing is changed until you press a button of the answer."
)
NO_TAKES = "There is nothing to believe in yet. Record two gestures (1), then ask here."
EXAMPLES = "Outputs are taught by examples here: these questions are about gestures."
THINKS = "{question} … {seconds:.0f} s; everything else goes on"
CANCEL, CANCEL_TIP = "Stop", "Take the question back"
SHARE_BEFORE = "–"
CHANGED = "changed since; ask again"
TOOK = "{headline} · {seconds:.1f} s"

FOUND_NONE = "nothing is strange about what was shown"
FOUND = "{count} found, the surest first"
FOUND_PART = "{count} found, {left} put away"
NO_CAUSE = "nothing is wrong that can be seen from here"
NO_REMEDY = "nothing that was tried makes that better for sure"
ALSO_STRANGE = "“Check takes” has {count} more to say"
SCORE = "{share:.0%} of {tested} left out are heard as what they are"
SCORE_OUTPUTS = "outputs left out agree to {score:.2f} (1 is perfect)"
SCORE_NONE = "nothing could be left out"
NEEDED = "show two gestures at least twice each, then it can be said how well they are heard"
ENOUGH = "there is enough of each gesture"
OFFER = "Expected, leaning on all gestures: about {now:.0%} of its executions missed now, {then:.0%} with one more"
OFFERED = "what would help most"
CONFUSED = "each demonstration left out once"
RANKED = "{gesture}, the most typical first"
RANKED_ONLY = "the only one"
RANKED_LIKE = "most like {take}"
RANKED_NEXT = "of the other gestures nearest to {rival}"
RANKED_RIVAL = "nearly {rival}"
RANKED_MISSED = "left out, taken for {rival}"
RANKED_WRONG = "may be {rival}"

MIXED = "{right} of {tested} left out are right"
MIX_NAMES = {
    "level": "level",
    "level_change": "level, change",
    "shape": "shape",
    "shape_change": "shape, change",
    "convolutions": "convolutions",
}
"""In the order of the sliders."""
MIX_WAYS = {
    "level": "Where the sensor is at each moment",
    "level_change": "Where it is, and how it changes",
    "shape": "Where it goes from where the movement began",
    "shape_change": "Where it goes from there, and how that changes",
    "convolutions": "Short patterns, wherever they come",
}
MIX_ALONE_TIP = "How many are right with this alone"
MIX_FADER = "{name}: {weight:.2f}, alone {right} of {tested} right"
MIX_KEEP, MIX_KEEP_TIP = "Let it play", "The model mixes so, and is trained anew (Ctrl+Z takes it back)"
MIX_NOW, MIX_NOW_TIP = "What plays", "Put the sliders where the model that plays has them"
MIX_BEST, MIX_BEST_TIP = "Best", "Put the sliders where most of what is left out is right"
DISTINCT_HEAD = "{new} would be confused with {other} first"
DISTINCT_ALONE = "there is no other gesture"
DISTINCT_ROW = "{other}: {as_known:.0%} of {new} would be it, {as_new:.0%} of it would be {new}"
DISTINCT_EVERYDAY = "{share:.0%} of everyday movement would be {new}"
LOOKS_HEAD = Named("what {gesture} looks like")
LOOKS_NAME = Named("{gesture}: mean, spread, and drawn paths")
LOOKS_TEXT = Named(
    "Mean of {count} demonstrations of {gesture}, {seconds:.1f} s, with their spread; {channel} differs most, by "
    "{share:.0%} of how far it goes. Thin: {paths} paths drawn from both, as it may be done the next time"
)
LOOKS_ONE = Named(
    "The one demonstration of {gesture}, {seconds:.1f} s. Thin: {paths} copies of it, a little larger, smaller, "
    "quicker or slower, as the model learns from them"
)
LOOKS_TYPICAL = Named(
    "The most typical of {count} demonstrations of {gesture}, {seconds:.1f} s: they differ so much (begun elsewhere, "
    "or otherwise) that their mean is no movement of yours. Thin: {paths} paths drawn from all of them"
)
LOOKS_FIGURE_TIP = (
    "Bold: the mean, with its spread as a band. Thin: how it may be done the next time, drawn by lot"
)
CONSISTENCY_HEAD = "how alike each time: 100% the same movement, 0% as far apart as another gesture"
CONSISTENCY_ROW = Named("{gesture}: {share:.0%}")
PRACTISE = Named("Practise {gesture}")
PRACTISE_HOW = (
    "It agrees least. Press Ghost (G) on Teach: the demonstration that is chosen, or the newest, goes by again and "
    "again, and each of your movements beside it is scored. Record it again when it has become the same"
)
PRACTISE_GO = "Go and practise it"
CURVE_HEAD = "missed with more and more demonstrations"
CURVE_NAME = "Learning curves"
CURVE_NONE = "nothing could be left out: show two gestures at least twice each"
CURVE_ONCE = Named("{gesture} was shown once: not known")
CURVE_ROW = Named("{gesture}: {course}")
CURVE_POINT = "{share:.0%} with {count}"
CURVE_MORE = "; expected with one more {share:.0%}"
CURVE_AXES = "demonstrations shown; how much is missed"
CURVE_FIGURE_TIP = (
    "Solid: how much of each gesture is missed with so many demonstrations of it, by leaving out. Dashed: what is "
    "expected of one more"
)
PERCENT = "{:.0%}"
PIPELINES_HEAD = "{count} tried{whole}"
PIPELINES_PART = ", then time was over"
PIPELINES_NONE = "Nothing is better than what is set"
PIPELINES_NO_TIME = "No other than what is set could be tried in that time"
PIPELINE_ROW = "{what}, {kind}: {right} of {tested} left out are right"
PIPELINES_BEST = (
    "{right} of {tested} left out are right, as it is set {now}; chosen without them {chosen}: {low:+.0f} to "
    "{high:+.0f} points, with 95 % confidence"
)
PIPELINES_FEATURES, PIPELINES_MODEL = "Take these features", "Take {kind}"
PIPELINES_DO, PIPELINES_CHANCE = "take it", "that may be chance: leave it, or record more"

STAGES = {
    "sensor": "Sensor",
    "features": "Features",
    "model": "Model",
    "parameters": "Settings of the model",
    "examples": "Demonstrations",
    "gesture design": "Choice of gestures",
    "execution": "Execution",
}
KINDS = {
    "still": "Nothing moves",
    "dead": "A channel is dead",
    "clipped": "A channel is cut off",
    "wraps": "An angle begins anew",
    "length": "Much shorter or longer",
    "rate": "Another rate",
    "gap": "A gap",
    "idle": "Rest at an end",
    "label": "Another gesture?",
    "odd": "Unlike the others",
    "disagree": "Shown in two ways",
    "alike": "Two gestures, one movement",
    "copy": "The same twice",
    "next": "Next",
    "missing": "A channel is missing",
    "axes": "Axes are swapped or turned round",
    "turned": "The sensor is turned",
    "gain": "Larger or smaller",
    "offset": "Another middle",
    "tempo": "Another tempo",
    "soundcheck": "First",
    "today": "Today's demonstrations",
    "never": "Never that",
    "repeats": "You seem to repeat this",
    "painted": "Painted",
    "plateau": "Enough",
    "stuck": "Missed as often",
    "decoy": "Learned in place of the movement?",
}

SKIP, SKIP_TIP = "Skip", "Put this away; the question asked again brings it back"
SKIP_OFFER_TIP = "Not this one now: offer another gesture"
DONE, DONE_TIP = "Done", "Ctrl+Z takes it back"
LISTEN, LISTEN_TIP = "Play", "Play this demonstration through everything"
ASK_WHY, ASK_WHY_TIP = "Why?", "Why this demonstration is taken for what it is taken for"
RECORD, RECORD_TIP = "Go and record it", "Show the page to teach on, with {gesture} chosen (space records)"
DEEDS = {
    "Enable": "Leave it out",
    "Trim": "Trim",
    "TrimIdle": "Trim them",
    "Relabel": "Call it {to}",
    "Merge": "Make them one",
    "Irrelevant": "Let it not matter",
    "Threshold": "Set it",
    "Configure": "Change it",
    "Extract": "Make it a gesture",
}
DO = "Do it"
DO_TIP = "{remedy} (Ctrl+Z takes it back)"
LOCKED_TIP = "The stage lock is on: take it off first (L)"

WHY_GESTURE = "taken for {of}, not {against}: {odds}"
WHY_NOT = "not taken for {of}, but for {against}: {odds}"
WHY_NOTHING = "{of} came {far} the line where it begins"
WHY_ABOVE, WHY_BELOW = "{:.1f} above", "{:.1f} below"
WHY_OUTPUT = "{of} is {value:.3g} {unit} on average: all bars added up"
WHY_LAST = "at its last moment alone it would be {last}"
WHY_OF = "learned from {counts}"
WHY_COUNT = Named("{count} of {label}")
TIMES, TIMES_MANY = "{:.1f} times as likely", "far likelier (10^{:.0f} times)"
PRIOR = "before anything was heard"
MEAN = "mean of the demonstrations"
UNHEARD = "heard without any channel"
APART = {"prior": PRIOR, "unheard": UNHEARD, "mean": MEAN}
WHY_NAME = "What each channel says, and when"
WHY_FIGURE_TIP = (
    "Bars: what each channel says for it (right) or against it (left); together they are the whole answer. First the "
    "one that can least be done without. Below: when. ↑ and ↓ choose a channel"
)
WHY_ROW = "{channel}: {value:+.2f}, {cost:.2f} lost without it"
WHY_MOVES = "moves it up and down by {moves:.2f}"
WHY_APART = "{name}: {value:+.2f}"
WHY_MOMENTS = "most for it at {best:.1f} s, most against it at {worst:.1f} s of {seconds:.1f} s"
WHY_WHEN = "when"
WHY_HINT_OUTPUT = "choose a channel: when it moved it up and down"
WHY_HINT = "choose a channel: when it spoke, and whether it should matter"
MATTERS_NAME = "This should not matter"
MATTERS = "{channel} should not matter"
MATTERS_TIP = (
    "For {gesture}, {channel} does not count any more, and the model is trained anew (Ctrl+Z takes it back)"
)
WEIGHTS = "What channels count for"
WEIGHTS_HEAD = "What channels would count for, by {count} pairs"
WEIGHT_ROW = Named("{name}: {before:.2g} → {now:.2g}")
WEIGHTS_CARD = "Let channels count so"
WEIGHTS_TELL = Named(
    "{kept} of {pairs} pairs lie as you said; left out, {right} of {of} demonstrations are right, now {was}"
)
WEIGHTS_DO = "Let them count so"
