"""Doing: every command is one transaction on one locked order."""
