"""Which post brought about which: candidate causes, kernels, expectation-maximization, Gibbs sampling. Pure."""
