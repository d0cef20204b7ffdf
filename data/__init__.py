"""What is known: the datasets, the store they are published to, and the only code that writes."""
