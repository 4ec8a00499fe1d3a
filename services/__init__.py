"""Independent services: they meet only on the bus. Each starts by itself (`lianxin run NAME`) or with all others."""
