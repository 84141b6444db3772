"""What a person keeps of a session: the report's data model and the files written from it."""
