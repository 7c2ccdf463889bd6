"""History from elsewhere: readers that turn files into orders, and the bulk writer that takes these in."""
