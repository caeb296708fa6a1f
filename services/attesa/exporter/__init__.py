"""Topics to /metrics and the wallboard: shows the rows that the stream worker wrote, decides no number."""

from attesa.exporter.service import run

__all__ = ["run"]
