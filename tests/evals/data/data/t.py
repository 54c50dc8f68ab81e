def get_transform(output, context):
    return output + "-py"


def own(output, context):
    return output + "-own"
