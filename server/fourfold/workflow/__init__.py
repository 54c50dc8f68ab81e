"""The steps of a workflow: what `workflow.yaml` says about them."""
