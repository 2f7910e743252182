"""Five-tier classification (五级分类): facts, the model's opinion, and what people make of it."""
