"""Clips designed to test the judging of each drill, and what the product says of them."""
