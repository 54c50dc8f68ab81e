"""What checks ask of others, carried out: judges, programs of the workspace, webhooks."""
