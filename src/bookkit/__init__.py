"""What the book is made with: figures, exercises. The mathematics is in `softxent`."""
