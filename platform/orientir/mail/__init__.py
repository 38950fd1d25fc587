"""Letters to grown-ups with accounts: written in the transaction of the act, sent by a task, kept as a log."""
