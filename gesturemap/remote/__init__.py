"""Remote control: gesturemap's own OSC space, OSCQuery and announcements, in a process beside control.

| file | what |
|---|---|
| `space` | control's handle on that process; starts it again should it die |
| `serve` | the process: the port, the line to control |
| `words` | the table of words: what may be sent, and the command it stands for |
| `senders` | who may command, and how often |
| `files` | which folders a name from outside may mean |
| `hub` | a message in, a command out; answers and errors; subscriptions |
| `board` | everything that can be watched, as OSC messages |
| `tree`, `web`, `announce` | OSCQuery: the JSON, its server with WebSockets, zeroconf |

Whoever sends too much, or nonsense, keeps that process busy, and nobody else.
"""
