"""Training: from features and labels to a registered model version, and the gate before promotion."""
