"""Fantasy: castles, palaces, fairy tales, planets and dreams."""
