"""What is said of A and B."""

COMPARE, COMPARE_WITH = "Compare", "Compare: {}"
NAMES = {"smoother": "smoother", "quicker": "quicker", "later": "rising later", "earlier": "rising earlier"}
"""Offers, as they stand on the button; others are called as they are."""
NOTHING_TIP = "Nothing to compare yet: teach a gesture first (X)"
OFFER_TIP = (
    "Hear another way of playing beside the one that is set, and keep one (X)\nB: {what}\nWhy: {evidence}"
)
A, A_TIP = "A", "Hear what is set, from the next frame on (X changes between A and B)"
B, B_TIP = "B", "Hear the other one, from the next frame on (X changes between A and B)"
THIS, THIS_TIP = "This one", "Keep the one that is heard, in one step that Ctrl+Z takes back (C)"
STOP, STOP_TIP, STOP_NAME = "×", "Compare no longer: A is heard", "Compare no longer"
FITTING = "B is being fitted"
DIFFERS = "B: {}"
TEXT_NAME = "How B differs from A"
