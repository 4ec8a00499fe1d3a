"""The archive file of a closed case: one ZIP that can be handed over and read in ten years without Lianxin."""
