"""A phone's browser as a sensor: a page served from here, and what it sends turned into frames.

The web server lives in a process of its own (`serve`), started by `input`: TLS, HTTP and asyncio never share an
interpreter lock with the engine, which only reads small datagrams.
"""
