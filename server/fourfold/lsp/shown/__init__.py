"""What answers say: lenses, menus, hovers, completions, problems."""
