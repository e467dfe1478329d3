"""One epoch of SparKer in PyTorch: an independent program to time and to check sparker against.

Loss, gradients by autograd and an Adam step of the gated ensemble under the Neyman-Pearson loss, full batch, float64.
`obvious` is what one writes first; `tuned` takes the row norms once and the squared distances from one matrix product.
"""

import time

import torch


class Problem:
    def __init__(self, rows, dim, kernels, seed=1):
        g = torch.Generator().manual_seed(seed)
        references = rows * 10 // 11
        self.x = torch.randn(rows, dim, generator=g, dtype=torch.float64)
        self.reference = torch.zeros(rows, dtype=torch.float64)
        self.reference[:references] = 0.1
        self.count = torch.zeros(rows, dtype=torch.float64)
        self.count[references:] = 1
        self.norms = (self.x * self.x).sum(1)
        self.mu = self.x[references:references + kernels].clone().requires_grad_()
        self.a = torch.zeros(kernels, dtype=torch.float64, requires_grad=True)
        self.optimizer = torch.optim.Adam([self.mu, self.a], lr=0.05)
        self.clip = 10

    def squared_distances(self, tuned):
        if tuned:
            constant = self.norms[:, None] + (self.mu * self.mu).sum(1)[None, :]
            return torch.addmm(constant, self.x, self.mu.t(), alpha=-2)
        return ((self.x[:, None, :] - self.mu[None, :, :]) ** 2).sum(2)

    def loss(self, sigma, tuned):
        log_kernel = self.squared_distances(tuned) * (-0.5 / sigma**2)
        f = (torch.softmax(log_kernel, 1) * torch.exp(log_kernel)) @ self.a
        return self.reference @ torch.expm1(torch.clamp(f, max=20)) - self.count @ f

    def epoch(self, sigma, tuned):
        self.optimizer.zero_grad()
        self.loss(sigma, tuned).backward()
        self.optimizer.step()
        with torch.no_grad():
            self.a.clamp_(-self.clip, self.clip)


def microseconds(problem, tuned, epochs):
    """The time of one epoch, over a run of some epochs with a falling width."""
    start = time.perf_counter()
    for i in range(epochs):
        problem.epoch(8 * (0.5 / 8) ** ((i + 1) / epochs), tuned)
    return (time.perf_counter() - start) / epochs * 1e6
