def get_assert(output, context):
    return output == context["vars"]["want"]


def other(output, context):
    return {"pass": True, "score": 0.3, "reason": "other"}


def num(output, context):
    return len(output) / 10


def conf(output, context):
    return len(output) <= context["config"]["max"]


def snake(output, context):
    return {
        "pass_": True,
        "score": 0.5,
        "reason": "snake",
        "named_scores": {"tone": 0.2},
        "component_results": [{"pass_": True, "score": 1, "reason": "c"}],
    }


def none(output, context):
    return None


def boom(output, context):
    raise ValueError("boom")


async def later(output, context):
    return True
