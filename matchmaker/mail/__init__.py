"""The mail room: content becomes letters, letters leave, and what comes back is understood."""
