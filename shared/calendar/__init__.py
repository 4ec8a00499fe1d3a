"""Work calendars: the State Council's yearly notice with its make-up days; counties lay their own days over it."""
