"""What grown-ups with accounts are told: on the site and by mail, once each, by rule and by hand."""
