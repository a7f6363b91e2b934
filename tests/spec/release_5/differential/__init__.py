"""Hidden causes of heel pain: bone lesion, spondyloarthritis, nerve and root (R15 to R18)."""
