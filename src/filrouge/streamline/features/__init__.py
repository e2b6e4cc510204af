"""What feature functions use: point-in-time joins and bounded pasts, with one meaning on every backend."""
