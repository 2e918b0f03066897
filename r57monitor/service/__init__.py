"""Running without a person beside it: rounds of visits, Monday's digest, logs, numbers for a monitoring system."""
