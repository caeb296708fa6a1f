"""A room's messages: each is the same fact in every delivery that repeats it."""

from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.rocketchat.people import author_of, is_no_message
from attesa.gateway.sources.telling import Telling

KINDS = {"audio": "voice", "video": "video", "image": "image"}


def written(body: Reader, to: Telling) -> None:
    """A broken message does not undo the others."""
    for message in body.each("messages"):
        with to.part(message.path):
            if is_no_message(message):
                to.ignore("messages", "the closing's text, or the visitor's going to another page")
            else:
                _message(_name(message, to), message, body, to)


def _name(message: Reader, to: Telling) -> str:
    """Older versions give messages no id."""
    if message.has("_id"):
        return message.id("_id")
    author = to.context.pseudonym("m", message.text("username"))
    return f"at-{message.instant_iso('ts').milliseconds}-{author}"


def _message(name: str, message: Reader, body: Reader, to: Telling) -> None:
    author = author_of(message, body, to)
    seen = to.context.look(_text(message), author, body.maybe_text("visitor.name") or "")
    to.tell(
        "message.sent",
        body.id("_id"),
        f"message-{name}",
        message.instant_iso("ts"),
        author=author,
        message_id=name,
        kind=_kind(message),
        agent=to.context.agent(message.id("agentId")) if author == "agent" else None,
        **seen.fields,
    )


def _text(message: Reader) -> str:
    """Blocks of an app without a text of their own stand there as JSON."""
    text = message.maybe_text("msg") or ""
    return "" if message.has("blocks") and text.startswith("[") else text


def _kind(message: Reader) -> str | None:
    sort = message.maybe_text("file.type") or message.maybe_text("fileUpload.type")
    return KINDS.get(sort.partition("/")[0], "file") if sort else None
