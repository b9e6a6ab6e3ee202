"""Why an operator's command cannot go on: the machine, a setting or a process, not the domain."""


class OperatorError(Exception):
    """Ends the command with exit code 1; `detail` says in Vietnamese what is wrong and what to do next."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
