"""A filled map that cannot be taken; one sentence a mistake, for the person who filled it in."""


class CodesError(Exception):
    """Nothing was written."""

    def __init__(self, sentences: list[str]) -> None:
        """Keep the sentences apart."""
        super().__init__("\n".join(sentences))
        self.sentences = sentences
