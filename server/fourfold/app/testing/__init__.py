"""Tests of prompts, carried out: versions and models on the tests beside a prompt."""
