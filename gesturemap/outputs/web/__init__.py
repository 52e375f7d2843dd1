"""Controls for web pages: JSON over WebSockets, and a small page that shows them.

The server lives in a process of its own (`serve`), so that no page ever keeps the engine waiting.
"""
