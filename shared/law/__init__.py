"""The law: rules as versioned packs, terms as pure functions, and the sentence that explains a date."""
