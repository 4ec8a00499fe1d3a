"""Search at the desk: words by which a case is found, kept without the words, and the cases that have them."""
