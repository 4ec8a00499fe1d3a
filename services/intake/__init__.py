"""Intake: channels in. Opens every case, gives receipts, shows the resident's view, takes what residents ask for."""
