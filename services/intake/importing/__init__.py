"""Imports of historical orders: readers of files, and the bulk writer."""
