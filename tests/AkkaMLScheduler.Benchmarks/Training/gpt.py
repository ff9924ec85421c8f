"""The language model of the torch workload in plain PyTorch, to be timed beside it: the same shapes, optimiser and clipping.

gpt.py THREADS STEPS WARM_UP BATCH CONTEXT LAYERS HEADS WIDTH
"""
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY = 257


class Block(nn.Module):
    def __init__(self, context, heads, width):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.register_buffer("mask", torch.triu(torch.full((context, context), -math.inf), 1))

    def attend(self, x):
        rows, context, width = x.shape
        q, k, v = self.qkv(x).view(rows, context, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if hasattr(F, "scaled_dot_product_attention"):
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            mixed = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]) + self.mask, -1) @ v
        return self.out(mixed.transpose(1, 2).reshape(rows, context, width))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, context, layers, heads, width):
        super().__init__()
        self.token, self.position = nn.Embedding(VOCABULARY, width), nn.Parameter(torch.zeros(context, width))
        self.blocks = nn.ModuleList(Block(context, heads, width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens, targets):
        x = self.token(tokens) + self.position
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.token.weight)
        return F.cross_entropy(logits.view(-1, VOCABULARY), targets.flatten())


def main(threads, steps, warm_up, batch, context, layers, heads, width):
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    model = Gpt(context, layers, heads, width)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.003, betas=(0.9, 0.95), weight_decay=0.1, foreach=True)
    corpus = torch.randint(0, 256, (1_000_000,))
    for step in range(steps):
        if step == warm_up:
            began = time.perf_counter()
        starts = torch.randint(0, len(corpus) - context - 1, (batch,)).tolist()
        tokens = torch.stack([corpus[s:s + context] for s in starts])
        targets = torch.stack([corpus[s + 1:s + context + 1] for s in starts])
        optimiser.zero_grad(set_to_none=False)
        loss = model(tokens, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        loss.item()
    seconds = time.perf_counter() - began
    print("pytorch_version", torch.__version__)
    print("per_second", (steps - warm_up) * batch * context / seconds)


main(*map(int, sys.argv[1:]))
