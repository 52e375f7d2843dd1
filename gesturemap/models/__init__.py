"""Models: `model` is the contract; gaussian, em, forward are the pure maths; the rest one file a family."""
