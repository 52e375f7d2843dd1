"""Teaching: looks at training sets and models; reads recordings, splits them, and says how well a model does."""
