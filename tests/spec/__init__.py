"""The clinical specification: what the knowledge says to whom, one sentence a test, one chapter a folder."""
