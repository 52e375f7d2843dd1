"""Files of other programs, read and written: each module one form, nothing in them is run."""
