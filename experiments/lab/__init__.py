"""Many points played: inputs and outputs, designs, seats, and what a search has played."""
