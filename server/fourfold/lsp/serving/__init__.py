"""The parts of a workspace folder that is served: each knows those below it, and no folder."""
