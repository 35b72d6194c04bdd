"""What kb adds itself, each feature written as a plugin. A built-in feature has no more rights than another."""
