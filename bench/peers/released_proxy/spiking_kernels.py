"""Triton's kernels of the spiking life: split weights, convolutions of spikes, neurons."""

import triton
import triton.language as tl


@triton.jit
def split_kernel(weights, scale, high, low, size, channels, factor, BLOCK: tl.constexpr):
    """weights * scale of their channel * factor as sums of two float16 numbers."""
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = at < size
    x = tl.load(weights + at, mask=inside, other=0.0) * tl.load(scale + at % channels, mask=inside, other=0.0)
    x = x * factor
    h = x.to(tl.float16)
    tl.store(high + at, h, mask=inside)
    tl.store(low + at, (x - h.to(tl.float32)).to(tl.float16), mask=inside)


@triton.jit
def pixel_of(row, height, width, POOL: tl.constexpr):
    """Image, line and column of a row; the four of a pooling window follow each other."""
    if POOL == 1:
        image, y, x = row // (height * width), row // width % height, row % width
    else:
        window, part = row // 4, row % 4
        lines, columns = height // 2, width // 2
        image = window // (lines * columns)
        y = 2 * (window // columns % lines) + part // 2
        x = 2 * (window % columns) + part % 2
    return image, y, x


@triton.jit
def products(start, high, low, step, line, BM: tl.constexpr, C: tl.constexpr, F: tl.constexpr, BN: tl.constexpr,
             BK: tl.constexpr):  # fmt: skip
    """Sum over taps and channels of spikes * (high + low); `start` are pointers to a row's first tap."""
    acc = tl.zeros((BM, BN), tl.float32)
    for k in range(0, 9 * (C // BK)):
        tap = k // (C // BK)
        a = tl.load(start + step + (tap // 3 * line + tap % 3) * C + k % (C // BK) * BK)
        acc = tl.dot(a, tl.load(high + k * BK * F), acc)
        acc = tl.dot(a, tl.load(low + k * BK * F), acc)
    return acc


@triton.jit
def conv_kernel(spikes, high, low, currents, rows, height, width, inverse, C: tl.constexpr, F: tl.constexpr,
                BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):  # fmt: skip
    """Spikes [images, height + 2, width + 2, C] (borders 0) of all steps -> currents [rows, F], a row for each pixel."""
    row = tl.program_id(0) * BM + tl.arange(0, BM)
    image, y, x = pixel_of(tl.minimum(row, rows - 1), height, width, 1)
    column = tl.program_id(1) * BN + tl.arange(0, BN)
    inner = tl.arange(0, BK)
    line = width + 2
    start = spikes + (((image * (height + 2) + y) * line + x) * C)[:, None] + inner[None, :]
    weight = inner[:, None] * F + column[None, :]
    acc = products(start, high + weight, low + weight, 0, line, BM, C, F, BN, BK)
    at = row[:, None] * F + column[None, :]
    tl.store(currents + at, acc * inverse, mask=(row < rows)[:, None])


@triton.jit(do_not_specialize=["pad"])
def conv_fire_kernel(spikes, high, low, shift, fired, rows, height, width, steps, images, pad, threshold, inverse,
                     C: tl.constexpr, F: tl.constexpr, POOL: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr,
                     BK: tl.constexpr):  # fmt: skip
    """
    Spikes [steps, images, height + 2, width + 2, C] -> those of the layer's neurons, pooled, with a border of `pad`. A
    program has its pixels and channels over all steps, membranes in registers.
    """
    row = tl.program_id(0) * BM + tl.arange(0, BM)
    image, y, x = pixel_of(tl.minimum(row, rows - 1), height, width, POOL)
    column = tl.program_id(1) * BN + tl.arange(0, BN)
    inner = tl.arange(0, BK)
    line = width + 2
    start = spikes + (((image * (height + 2) + y) * line + x) * C)[:, None] + inner[None, :]
    weight = inner[:, None] * F + column[None, :]
    added = tl.load(shift + column)[None, :]
    WINDOW: tl.constexpr = POOL * POOL
    out = tl.program_id(0) * (BM // WINDOW) + tl.arange(0, BM // WINDOW)
    lines, columns = height // POOL, width // POOL
    out_image, out_y, out_x = pixel_of(out, lines, columns, 1)
    place = (out_image * (lines + 2 * pad) + out_y + pad) * (columns + 2 * pad) + out_x + pad
    target = fired + (place * F)[:, None] + column[None, :]
    inside = (out < rows // WINDOW)[:, None]
    membrane = tl.zeros((BM, BN), tl.float32)
    for t in range(steps):
        acc = products(start, high + weight, low + weight, t * images * (height + 2) * line * C, line, BM, C, F, BN, BK)
        membrane += acc * inverse + added
        fires = membrane >= threshold
        membrane = tl.where(fires, 0.0, membrane)
        s = fires.to(tl.float16)
        if POOL == 2:
            s = tl.max(tl.reshape(s, (BM // 4, 4, BN)), axis=1)
        tl.store(target + t * images * (lines + 2 * pad) * (columns + 2 * pad) * F, s, mask=inside)


@triton.jit
def fire_kernel(currents, shift, fired, size, height, width, steps, images, threshold, CONSTANT: tl.constexpr,
                F: tl.constexpr, POOL: tl.constexpr, PAD: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    """
    Currents [steps, images, height, width, F] (no steps where they are constant), to which a channel's shift is added
    -> spikes of the neurons, pooled, with a border of PAD. A program has its neurons over all steps.
    """
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)  # pooled pixel and channel
    inside = at < size
    channel, pixel = at % F, at // F
    lines, columns = height // POOL, width // POOL
    image, y, x = pixel_of(pixel, lines, columns, 1)
    place = (image * (lines + 2 * PAD) + y + PAD) * (columns + 2 * PAD) + x + PAD
    target = fired + place * F + channel
    source = currents + ((image * height + y * POOL) * width + x * POOL) * F + channel
    added = tl.load(shift + channel, mask=inside, other=0.0)
    v0 = tl.zeros((BLOCK,), tl.float32)
    v1, v2, v3 = v0, v0, v0
    for t in range(steps):
        now = source if CONSTANT else source + t * images * height * width * F
        v0 += tl.load(now, mask=inside, other=0.0) + added
        s = v0 >= threshold
        v0 = tl.where(s, 0.0, v0)
        if POOL == 2:
            v1 += tl.load(now + F, mask=inside, other=0.0) + added
            v2 += tl.load(now + width * F, mask=inside, other=0.0) + added
            v3 += tl.load(now + width * F + F, mask=inside, other=0.0) + added
            s = s | (v1 >= threshold) | (v2 >= threshold) | (v3 >= threshold)
            v1 = tl.where(v1 >= threshold, 0.0, v1)
            v2 = tl.where(v2 >= threshold, 0.0, v2)
            v3 = tl.where(v3 >= threshold, 0.0, v3)
        tl.store(target + t * images * (lines + 2 * PAD) * (columns + 2 * PAD) * F, s.to(tl.float16), mask=inside)
