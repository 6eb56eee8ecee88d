"""plan.toml as a typed plan: order, critical path, drawings. Decides, writes nothing."""
