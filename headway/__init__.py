"""The command line: everything an operator, a developer or platform staff starts by hand."""
