"""The right to withdraw: a test for each requirement of Directive 2011/83/EU, as amended by Directive (EU) 2023/2673.

The tests stand in the order of the Directive's text, each with what must not happen. docs/withdrawal.md says what is
left to a marketplace.
"""
