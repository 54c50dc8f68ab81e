"""What the language server can be asked, one class for each command; its docstring is for the page.

A handler stands in the module of the same name in `lsp/commands/`, and is named as the command is.
"""
