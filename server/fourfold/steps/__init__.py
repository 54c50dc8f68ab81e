"""What steps make of a response: what their classes do, how a response is read and carried out."""
