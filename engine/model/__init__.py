"""Pure: values in, values out. No clock, no dice, no network, no table."""
