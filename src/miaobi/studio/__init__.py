"""The web studio: static files that talk to the server over HTTP alone, without a build step."""

from pathlib import Path

FOLDER = Path(__file__).parent
