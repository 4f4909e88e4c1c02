"""The runs of this sandbox: kept on disk, listed by any kernel, compared, cleared away."""
