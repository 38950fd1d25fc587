"""Files people bring: known by their content, kept under names of our own, handed out only to be saved.

Whose a file is and who may take it is told by the plugin that keeps it; this block has no page of its own.
"""
