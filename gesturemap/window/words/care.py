"""What help, the doctor and scaling say."""

from __future__ import annotations

HELP, HELP_TIP = "Help", "Keys, help for what is shown, and the connection doctor (F1, ?, Ctrl+D)"
SHEET_NAME = "Help"
TABS = {"keys": "Keys", "pages": "Pages", "doctor": "Doctor"}
TAB_TIPS = {
    "keys": "What each key does (?)",
    "pages": "The page of the documentation that belongs to what is shown (F1); nothing is fetched from anywhere",
    "doctor": "Find out why nothing arrives or is heard (Ctrl+D)",
}
CLOSE, CLOSE_TIP = "Close", "Put this away (Esc); what plays has gone on"
KEYS_NAME = "What each key does"

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Anywhere",
        (
            ("P, Esc", "panic: silence everything at once"),
            ("R", "playing or held: whether movement drives the outputs"),
            ("L", "stage lock on or off"),
            ("1", "Teach"),
            ("2", "Test"),
            ("3", "Perform"),
            ("Ctrl+,", "settings, at the side"),
            ("F1", "help for what is shown"),
            ("?", "this list"),
            ("Ctrl+D", "connection doctor"),
            ("Tab, Shift+Tab", "to the next thing, or the one before"),
            ("Enter", "press the button that has the focus"),
            ("Ctrl+=, Ctrl+-", "everything larger or smaller, 100 to 250 %"),
            ("Ctrl+0", "everything as large as the screen has it"),
        ),
    ),
    (
        "Project",
        (
            ("Ctrl+N", "new"),
            ("Ctrl+O", "open"),
            ("Ctrl+S", "save"),
            ("Ctrl+Shift+S", "save as"),
            ("Ctrl+Z", "undo"),
            ("Ctrl+Shift+Z, Ctrl+Y", "redo"),
        ),
    ),
    (
        "Teach",
        (
            ("Space", "record the selected gesture; again: stop (or: while it is held)"),
            ("T", "train"),
            ("A", "again: take the last recording back and record it again"),
            ("U", "undo the last recording"),
            ("K", "keep what is chosen of the last 60 s, or else the last movement"),
            ("V", "demonstrations each, overlaid, one large, or the last 60 s"),
            ("←, →", "one large: the cursor (Shift: further); last 60 s: another movement"),
            ("[, ], 0, S", "one large: begin or end at the cursor, all of it again, split there"),
            (", and .", "one large: the demonstration before it, or after it"),
            ("D", "learn from the selected demonstrations, or not"),
            ("M", "give the selected demonstrations another gesture"),
            ("+, -", "live curves: closer or farther, 2 to 30 s"),
            ("G", "ghost: draw the selected demonstration, to practise against it"),
            ("N", "write the name of a new gesture"),
            ("F2", "rename the selected gesture"),
            ("Del", "delete the selected gesture or demonstration"),
            ("Enter", "play the selected demonstration"),
        ),
    ),
    (
        "Test",
        (
            ("W", "this moment was heard wrongly"),
            ("Y", "this moment was heard rightly"),
            (
                "K",
                "keep what is chosen of the last 60 s, or else the last movement, for the selected gesture",
            ),
            ("E", "leave each demonstration out once, and see what it is taken for"),
            ("B", "what was tried, what it believes, or a recording to paint"),
            ("X", "compare with another way of playing; then: hear the other one, A or B"),
            ("C", "keep the one of A and B that is heard"),
            ("+, =", "a shorter part of the last minute, larger"),
            ("-", "a longer part"),
        ),
    ),
    (
        "Test, paint",
        (
            ("“,” “.”", "brush the gesture before, or after"),
            ("0", "brush nothing"),
            ("←, →", "the cursor (Shift: brush; Ctrl: to the next border)"),
            ("Page up, Page down", "the cursor, by a second"),
            ("Enter", "what is proposed at the cursor is right"),
            ("Backspace, Ctrl+Z", "take the last stroke back; without strokes Ctrl+Z is the project's"),
            ("Ctrl+Shift+Z, Ctrl+Y", "do it again"),
            ("+, -", "closer or farther"),
        ),
    ),
    (
        "Perform",
        (
            ("Space, →, Page down", "next scene"),
            ("←, Page up, Backspace", "scene before"),
            ("W, Y", "this moment was heard wrongly, rightly; looked at afterwards in Test"),
        ),
    ),
    ("In this sheet", (("Esc", "put it away; here it does not silence anything"),)),
)

PAGES_CHOICE, PAGES_CHOICE_TIP = "Page", "Another page of the documentation"
PAGES_NAME = "Documentation"
PAGES_BACK, PAGES_BACK_TIP = "Back", "The page before (Backspace)"
PAGES_NONE = "The documentation was not installed with this copy of gesturemap."
PAGE_UNREADABLE = "This page cannot be read: {}"

DOCTOR_RUN, DOCTOR_RUN_TIP = (
    "Look now",
    "Examine this project's sensor, ports, sound and outputs; it changes nothing",
)
DOCTOR_AGAIN = f"press “{DOCTOR_RUN}”"
DOCTOR_STOP, DOCTOR_STOP_TIP = "Stop", "Stop looking"
DOCTOR_NAME = "What the doctor found"
DOCTOR_FIRST = (
    "Nothing arrives, or nothing is heard? Switch the sensor on and press “Look now”. It takes about eight seconds, "
    "changes nothing, and what plays goes on."
)
DOCTOR_LOOKS = "About {:.0f} s more. Let your sensor send meanwhile."
DOCTOR_LATE = "Still looking, for {:.0f} s now: the computer has much else to do."
DOCTOR_STATES = {"ok": "OK", "look": "look", "wrong": "wrong"}
DOCTOR_SUM = "{wrong} wrong, {look} to look at, {ok} OK"
DOCTOR_FAILED = "The doctor could not look: {}"
DOCTOR_SILENT = "it ended without a word; run gesturemap doctor in a terminal"

SCALE_SAID = "{:.0f} %"
SCALE_NAME = "Size of everything"
SCALE_LATER = (
    "size: a recording is going on; the window is drawn anew for another size; stop it first (space)"
)
SCALE_FAILED = "size: no window came in the other size; this one stays; press the key again"
SCALE_LARGEST = "size: 250 % is the largest; Ctrl+- makes everything smaller"
SCALE_FULL = "size: {:.0f} % is the most that fits this screen"
SCALE_FIXED = (
    "size: QT_SCALE_FACTOR is set to {}; it says how large everything is; unset it to change the size here"
)
