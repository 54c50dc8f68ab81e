"""pygls and lsprotocol with their defects repaired: for any language server, as nothing here knows
Fourfold."""
