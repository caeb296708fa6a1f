"""What both processors are made of: clocks, cells, state, checkpoints."""
