"""Where refunds go and labels come from: the ports that the worker speaks to, and what stands behind them."""
