"""Asking: which service answers, and what of the answer the viewer may see."""
