"""What is asked of the store of a workspace folder, in the words of those who ask.

A store raises StoreError for the user where it cannot do something. Any thread may call it; calls
are taken one after the other. What it keeps are the rules of versions, so that no writer can break
them: at most `VERSION_CAP` of a step and `PIN_CAP` of them pinned, exactly one of them current, no
text twice, a number that is never used again. It knows runs by the text that was run, and lets them
go with the last version, kept or kept aside, that has that text.
"""
