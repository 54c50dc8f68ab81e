"""What a folder shares with a team, through the team's database."""
