"""Estimators that products use and scikit-learn does not have."""
