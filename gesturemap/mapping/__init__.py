"""From estimates to controls: `mapping` is the contract; range gives values, events gives began and ended."""
