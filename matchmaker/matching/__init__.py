"""The core: arrays in, arrays out. No I/O, no clock, no global randomness; only `roster` and `pipeline` know the nouns."""
