"""workflow.yaml as a language: what it says, what is wrong with it, what can be typed in it."""
