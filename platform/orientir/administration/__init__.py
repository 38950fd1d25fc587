"""What administrators look after: accounts from the command line, acts, jobs, letters, settings."""
