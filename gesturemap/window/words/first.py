"""The first question, and what is said behind each answer."""

from __future__ import annotations

QUESTION = "What should your movement do?"
QUESTION_NAME = "First question"
ANSWERS = {
    "trigger": (
        "Trigger sounds",
        "Each movement strikes a sound of its own.",
    ),
    "follow": (
        "Follow a sound",
        "A recorded sound goes as fast, as slowly and as far back as the hand.",
    ),
    "shape": (
        "Shape a sound",
        "Where the hand is, there is a pitch and a colour.",
    ),
}
ANSWER_TIP = (
    "Opens the preset “{}”: it plays at once with the pointer pad, and the first change makes it your own"
)
PHONE = "With a phone: choose it as the source on the left, and scan the code that comes."
SKIP, SKIP_TIP = (
    "None of these: begin empty",
    "Put the question away; name a gesture on the left, and record it",
)
GO_ON, GO_ON_TIP = "Go on with {}", "Open the project that was open last: {}"
LAST = "the last project"
LOOK_AROUND = "Look around"
LOOK, LOOK_TIP = (
    "None of these: look around",
    "Put the question away; what plays is a preset, and moves by itself",
)
HINTS = {
    "trigger": "Draw on the pad: a circle from its top, a zigzag downwards, a line upwards.",
    "follow": "Hold the button and draw one great bow over the pad, left to right: a voice goes along.",
    "shape": "Move over the pad: across is pitch, up is brightness. To teach it your sound, choose with: by hand, "
    "set the sliders, record and move.",
}
HINT_NAME = "What to do now"
BROKEN = "This project cannot be opened."
AGAIN, ANOTHER = "Try again", "Open another…"
PUT_AWAY, PUT_AWAY_TIP = "Put away", "Put this line away"
