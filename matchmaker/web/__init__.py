"""The pages, rendered here: the attendee's and the organiser's, and beside them the ground that both stand on."""
