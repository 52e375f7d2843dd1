"""`gesturemap doctor`: why nothing arrives, why nothing is heard, and what to do next. One file a section."""
