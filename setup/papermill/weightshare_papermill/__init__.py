"""papermill for TypeScript notebooks: papermill's entry point names the engine, which brings the translator."""
