"""Why it does not work: what may be wrong, from the sensor to the hand, and what mending it would bring."""
