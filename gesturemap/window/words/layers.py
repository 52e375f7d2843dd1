"""What is said of layers of demonstrations."""

LAYER = "Layer"
NAMES = {"tonight": "tonight", "piece": "piece", "me": "me", "shared": "shared"}
RECORDS = "{} ●"
"""A layer to which new recordings belong."""
TIPS = {
    "tonight": "Tonight's demonstrations: {count}",
    "piece": "Demonstrations of this piece: {count}",
    "me": "Your own demonstrations, of any piece: {count}",
    "shared": "Demonstrations of others: {count}",
}
ON = "Learned from; click or Enter: leave all of it out for a while (Ctrl+Z takes it back)"
OFF = "Left out; click or Enter: learn from it again"
UNHEARD = (
    "It went into layer {}, which is off: it is not learned from. Switch it on, or record into another layer."
)
GIVE = "Layer"
OF = "layer {}"
RECORDS_TIP = "New recordings belong to it"
RECORD_INTO = "New recordings belong to {}"
RECORD = "New recordings belong to"
