"""MLflow: shows runs and models, and loads them elsewhere (``mlflow ui``, ``mlflow.pyfunc.load_model``)."""
