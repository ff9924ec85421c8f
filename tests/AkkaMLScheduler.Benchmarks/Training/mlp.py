"""The perceptron of the torch workload in plain PyTorch, to be timed beside it: the same shapes, optimiser and clipping.

mlp.py THREADS STEPS WARM_UP BATCH COLUMNS LAYERS WIDTH CLASSES
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def main(threads, steps, warm_up, batch, columns, layers, width, classes):
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    sizes = [columns] + [width] * layers
    hidden = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
    model = nn.Sequential(*hidden, nn.Linear(sizes[-1], classes))
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.003, betas=(0.9, 0.95), weight_decay=0.1, foreach=True)
    table, target = torch.randn(20_000, columns), torch.randint(0, classes, (20_000,))
    for step in range(steps):
        if step == warm_up:
            began = time.perf_counter()
        rows = torch.randint(0, len(table), (batch,))
        optimiser.zero_grad(set_to_none=False)
        guess = model(table[rows])
        loss = F.cross_entropy(guess, target[rows])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        loss.item()
        (guess.argmax(1) == target[rows]).sum().item()
    seconds = time.perf_counter() - began
    print("pytorch_version", torch.__version__)
    print("per_second", (steps - warm_up) * batch / seconds)


main(*map(int, sys.argv[1:]))
