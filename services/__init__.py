"""Doing: every command reads one order, decides, and writes for the version that it has read."""
