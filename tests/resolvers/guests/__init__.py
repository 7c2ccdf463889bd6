"""Customers without an account: their links, and what they declare without one."""
