"""The evidence that answers a payment dispute, as one document and as one file."""
