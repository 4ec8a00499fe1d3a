"""Files: checked, stripped of what they tell about their maker, encrypted, on disk before the row that names them."""
