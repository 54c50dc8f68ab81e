"""What can be answered: the shapes of PROTOCOL.md, each made of what is kept."""
