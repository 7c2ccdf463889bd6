"""Where refunds go: the port that the worker speaks to, and what stands behind it."""
