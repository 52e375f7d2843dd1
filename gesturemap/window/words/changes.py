"""What the window says of what a training changed."""

from __future__ import annotations

from gesturemap.window.words.named import Named

FLIPS = "{count} of {of} heard otherwise"
FLIPS_OF_SOME = "{count} of {of} heard otherwise, as far as there was time"
MOVED = "output {name} moved by {share:.0%}"
MOVED_BY = "output {name} moved by about {by:.2g}"
MORE = "{} more"
SINCE = "Since this training: {}"
FLIP = Named("{label} {number}: was {before}, is {after}")
OUTPUT = "{name}: {by:.3g} from where it was (root mean square of the demonstrations)"
NOTHING = "The last training changed nothing in what {of} demonstrations are heard as"
MANY = "… and {} more; Messages on page Test has all"
TRAINED = "training: {}"
TAKEN_BACK, DONE_AGAIN, STEPS_MORE = Named("taken back: {}"), Named("done again: {}"), ", and {} more"
IMPORTED = Named("imported {}")
