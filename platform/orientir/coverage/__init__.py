"""What was reached: facts of participation, running figures, shares of the people there are (architecture §4)."""
