"""The nouns: frozen structs and small tables that cannot do I/O."""
