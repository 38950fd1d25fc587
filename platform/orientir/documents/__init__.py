"""Papers: PDF from typst templates, QR codes. Texts reach a template as data, never as markup."""
