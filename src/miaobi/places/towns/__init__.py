"""Towns: streets, squares, stations and the buildings along them."""
