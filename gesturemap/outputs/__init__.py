"""Where controls go: `output` is the contract; osc, synth and memory the families."""
