"""Accounts as those who look after them see them: the list, the card, invitations, handing over."""
