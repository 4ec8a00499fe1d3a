"""One folder for each civic mechanism. A mechanism imports `lianxin.plugin` and the standard library, nothing else."""
