"""The model server: one contract at the door, micro-batches, a durable log."""
