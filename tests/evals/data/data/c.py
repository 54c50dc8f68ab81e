def get_assert(output, context):
    return output == context["vars"]["q"]


def other(output, context):
    return {"pass": True, "score": 0.3, "reason": "other"}
