"""What the definitions are made of: a frozen model, a checked time zone, an error that names its field."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def refused(steps: tuple[int | str, ...], message: str, value: object) -> ValidationError:
    """The error of a validator that looks into its value: `steps` lead from there to the field at fault."""
    fault = PydanticCustomError("refused", "{message}", {"message": message})
    return ValidationError.from_exception_data(
        "definitions", [InitErrorDetails(type=fault, loc=steps, input=value)]
    )


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError(
            "time_zone", "unknown time zone {name}: IANA names, such as Europe/Rome", {"name": repr(name)}
        ) from None
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
