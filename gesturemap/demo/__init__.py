"""`gesturemap demo`: the main job without hardware or screen, on recordings of a real person."""
