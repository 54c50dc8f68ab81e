"""What the steps of a workflow do: how their prompts are made, what their responses mean."""
