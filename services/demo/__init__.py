"""A marketplace to play with: invented people, goods and orders at every stage of their way."""

from services.demo.stage import make_demo

__all__ = ["make_demo"]
