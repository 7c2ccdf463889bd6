"""Words and rules of canceling and returning: pure functions of frozen facts, without a clock or a framework."""
