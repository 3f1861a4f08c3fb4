"""Speed and memory as ratios of one run: what the README reports under Performance."""
