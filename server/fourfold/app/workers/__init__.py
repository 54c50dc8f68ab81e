"""Calls of models that other machines make, through the queue in a team's database."""
