"""What an operator sees of the running server: logs, metrics, health and, where they are wanted, traces."""
