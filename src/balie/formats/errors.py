"""What is raised when a file from outside cannot be read: what is wrong, where, what to do."""


class UnreadableFile(Exception):
    """A file was refused as a whole; nothing of it may be used.

    `line` counts from 1, `path` is the place inside the document (`Stmt/Ntry/Amt`), `file` the
    name of the file.
    """

    advice = "Fetch the file again from where it came; it was refused as a whole."

    def __init__(
        self,
        reason: str,
        *,
        line: int | None = None,
        path: str | None = None,
        file: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.path = path
        self.file = file

    def __str__(self) -> str:
        place = [
            self.file,
            None if self.line is None else f"line {self.line}",
            self.path,
        ]
        where = ", ".join(part for part in place if part)
        said = f"{where}: {self.reason}" if where else self.reason
        return f"{said.rstrip('.')}. {self.advice}"


class UnreadableStatement(UnreadableFile):
    """A bank statement file (camt or MT940) was refused as a whole."""

    advice = (
        "Download the statement again from the bank, as camt.053 or MT940, and hand it in"
        " unchanged; nothing of this file was taken over."
    )


class UnreadableMail(UnreadableFile):
    """A mail goes over a limit, or the bytes are no mail; it is kept as it came."""

    advice = "The mail was kept as it came: read it there, and ask the sender where needed."
