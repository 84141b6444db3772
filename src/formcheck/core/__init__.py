"""The nouns that everything else speaks. Plain data, no input or output, nothing but numpy."""
