"""Notes, controllers and clock for instruments, studio programs and lighting desks.

`output` is the settings and what the engine holds; the rest is the process that plays: `serve` its loop, `plan` what
becomes of controls and events, `notes` which channel and key, `pace` in which order and how often, `port` where to.
"""
