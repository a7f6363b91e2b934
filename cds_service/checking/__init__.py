"""What a CDS Hooks service does right and what is to be mended: ours or anybody's, asked as a client would."""
