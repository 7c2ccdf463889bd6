"""The demo marketplace: invented people, products and orders in every status."""

from services.demo.stage import make_demo

__all__ = ["make_demo"]
