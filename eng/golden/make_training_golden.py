#!/usr/bin/env python3
"""Makes tests/Golden/training/optimizers.json: steps of torch.optim, of gradient clipping and of ReduceLROnPlateau.

usage: make_training_golden.py [--out tests/Golden/training]

It needs Python 3 with PyTorch 1.13.1 (Debian: python3-torch). The same version gives the same bytes. Never run this to make a test pass:
the numbers do not depend on this project.
"""
import argparse, json, pathlib
import torch

SHAPES = [(3, 5), (1, 4)]
STEPS = 8
RATES = [0.002 * min(step / 4, (4 / step) ** 0.5) for step in range(1, STEPS + 1)]
OPTIMIZERS = [
    ('sgd', torch.optim.SGD, {}),
    ('sgd-momentum', torch.optim.SGD, {'momentum': 0.9}),
    ('adam', torch.optim.Adam, {'betas': (0.9, 0.999), 'eps': 1e-8}),
    ('adam-large-epsilon', torch.optim.Adam, {'betas': (0.8, 0.98), 'eps': 0.05}),
    ('adamw', torch.optim.AdamW, {'betas': (0.9, 0.999), 'eps': 1e-8, 'weight_decay': 0.01}),
    ('adamw-strong', torch.optim.AdamW, {'betas': (0.9, 0.98), 'eps': 1e-9, 'weight_decay': 5.0}),
]


def numbers(tensor):
    return [float(value) for value in tensor.flatten()]


def optimizer_case(name, kind, options):
    generator = torch.Generator().manual_seed(7)
    # Gradients of very different sizes, some of them 0, show where epsilon stands.
    scales = [10.0 ** -(index % 5) for index in range(sum(rows * columns for rows, columns in SHAPES))]
    values = [torch.randn(shape, generator=generator).requires_grad_() for shape in SHAPES]
    case = {'name': name, 'options': {**options}, 'start': [numbers(value) for value in values], 'steps': []}
    optimizer = kind(values, lr=1.0, **options)
    for step in range(STEPS):
        offset = 0
        for value in values:
            scale = torch.tensor(scales[offset:offset + value.numel()]).reshape(value.shape)
            offset += value.numel()
            value.grad = torch.randn(value.shape, generator=generator) * scale
            value.grad[0, 1] = 0
        for group in optimizer.param_groups:
            group['lr'] = RATES[step] * (100 if kind is torch.optim.SGD else 1)
        gradients = [numbers(value.grad) for value in values]
        optimizer.step()
        case['steps'].append({
            'rate': optimizer.param_groups[0]['lr'], 'gradients': gradients, 'values': [numbers(value.detach()) for value in values]})
    return case


def clip_case(size, most):
    generator = torch.Generator().manual_seed(11)
    values = [torch.zeros(shape).requires_grad_() for shape in SHAPES]
    for value in values:
        value.grad = torch.randn(value.shape, generator=generator) * size
    before = [numbers(value.grad) for value in values]
    norm = torch.nn.utils.clip_grad_norm_(values, most)
    return {'most': most, 'norm': float(norm), 'before': before, 'after': [numbers(value.grad) for value in values]}


def plateau_case(patience, factor, least):
    losses = [5, 4, 4.5, 4.2, 4.0, 3.9, 4, 4, 4, 4, 4, 3.8, 3.9, 3.9, 3.8, 3.8, 3.8, 3.8, 3.8, 3.8, 3.8]
    optimizer = torch.optim.SGD([torch.zeros(1).requires_grad_()], lr=0.5)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode='min', factor=factor, patience=patience, threshold=0, min_lr=least, eps=0)
    rates = []
    for loss in losses:
        schedule.step(loss)
        rates.append(optimizer.param_groups[0]['lr'])
    return {'patience': patience, 'factor': factor, 'least': least, 'losses': losses, 'rates': rates}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / 'tests' / 'Golden' / 'training')
    arguments = parser.parse_args()
    golden = {
        'generator': 'eng/golden/make_training_golden.py',
        'torch': torch.__version__,
        'shapes': SHAPES,
        'optimizers': [optimizer_case(*case) for case in OPTIMIZERS],
        'clipping': [clip_case(1.0, 2.0), clip_case(0.01, 2.0), clip_case(1e4, 0.5)],
        'plateaus': [plateau_case(2, 0.5, 0.0), plateau_case(0, 0.1, 0.01)],
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / 'optimizers.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
