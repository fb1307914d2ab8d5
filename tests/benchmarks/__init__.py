"""What an execution costs, as ratios between numbers of one alternating run."""
