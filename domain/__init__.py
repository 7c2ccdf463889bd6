"""Words and rules of cancelling and returning: pure functions of frozen facts, no clock, no framework."""
