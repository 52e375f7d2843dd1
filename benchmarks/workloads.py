#!/usr/bin/env python3
"""The seeded workloads A, AH, B, C, R, RH as files, on which the peers were measured too.

python benchmarks/workloads.py FOLDER     writes A.npz, AH.npz, ... (about 25 MB in all)
"""

from __future__ import annotations

import sys
from pathlib import Path

from gesturemap.teaching.workloads import write_all

if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
