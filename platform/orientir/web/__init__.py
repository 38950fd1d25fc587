"""The toolkit every page stands on: access rules, forms, errors, headers, formats, figures."""
