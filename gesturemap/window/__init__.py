"""The window: reads, shows, sends commands. The only room with Qt in it."""
