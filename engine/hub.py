"""Shared subscriptions: one tail of the journal, one execution for all who ask the same with the same rights."""

from engine.streams import Entry, Item, Journal, Position, Stream

__all__ = ["Entry", "Item", "Journal", "Position", "Stream"]
