"""What the gateway knows of HTTP: bodies and their limits, refusals as problems, its own description."""
