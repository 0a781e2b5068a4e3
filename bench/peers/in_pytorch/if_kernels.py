"""Triton's kernels of integrate-and-fire neurons: a program has its neurons over all steps, membranes in registers."""

import triton
import triton.language as tl


@triton.jit
def after_spike(h, s, threshold, SUBTRACT: tl.constexpr):
    return tl.where(s, h - threshold, h) if SUBTRACT else tl.where(s, 0.0, h)


@triton.jit
def fire_kernel(currents, spikes, size, height, width, channels, steps, threshold, CONSTANT: tl.constexpr,
                POOL: tl.constexpr, SUBTRACT: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    """
    Currents [steps or 1, images, height, width, channels] -> spikes [steps, images, height / POOL, width / POOL, channels], a
    window's largest; `size` of them at a step.
    """
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = at < size
    lines, columns = height // POOL, width // POOL
    channel, pixel = at % channels, at // channels
    image, y, x = pixel // (lines * columns), pixel // columns % lines, pixel % columns
    source = currents + ((image * height + y * POOL) * width + x * POOL) * channels + channel
    if CONSTANT:
        step = 0
    else:
        step = size // (lines * columns) * (height * width)
    v0 = tl.zeros((BLOCK,), tl.float32)
    v1, v2, v3 = v0, v0, v0
    for t in range(steps):
        v0 += tl.load(source, mask=inside, other=0.0)
        s = v0 >= threshold
        v0 = after_spike(v0, s, threshold, SUBTRACT)
        if POOL == 2:
            v1 += tl.load(source + channels, mask=inside, other=0.0)
            v2 += tl.load(source + width * channels, mask=inside, other=0.0)
            v3 += tl.load(source + (width + 1) * channels, mask=inside, other=0.0)
            s = s | (v1 >= threshold) | (v2 >= threshold) | (v3 >= threshold)
            v1 = after_spike(v1, v1 >= threshold, threshold, SUBTRACT)
            v2 = after_spike(v2, v2 >= threshold, threshold, SUBTRACT)
            v3 = after_spike(v3, v3 >= threshold, threshold, SUBTRACT)
        tl.store(spikes + t * size + at, s.to(tl.float32), mask=inside)
        source += step


@triton.jit
def charge_kernel(currents, charged, spikes, size, steps, threshold, CONSTANT: tl.constexpr, SUBTRACT: tl.constexpr,
                  BLOCK: tl.constexpr):  # fmt: skip
    """Currents [steps or 1, size] -> membranes before the reset, which may take their place, and spikes; both [steps, size]."""
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = at < size
    v = tl.zeros((BLOCK,), tl.float32)
    for t in range(steps):
        if CONSTANT:
            h = v + tl.load(currents + at, mask=inside, other=0.0)
        else:
            h = v + tl.load(currents + t * size + at, mask=inside, other=0.0)
        s = h >= threshold
        tl.store(charged + t * size + at, h, mask=inside)
        tl.store(spikes + t * size + at, s.to(tl.float32), mask=inside)
        v = after_spike(h, s, threshold, SUBTRACT)


@triton.jit
def back_kernel(d_spikes, charged, d_currents, size, steps, threshold, half, factor, CONSTANT: tl.constexpr,
                SUBTRACT: tl.constexpr, DETACH: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    """Gradient of the spikes [steps, size] -> that of the currents [steps or 1, size], from the last step to the first."""
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = at < size
    later = tl.zeros((BLOCK,), tl.float32)
    total = later
    for i in range(steps):
        t = steps - 1 - i
        h = tl.load(charged + t * size + at, mask=inside, other=0.0)
        x = (h - threshold) * factor
        slope = half / (1.0 + x * x)
        if SUBTRACT:
            keeps = tl.full((BLOCK,), 1.0, tl.float32)
            through = slope * threshold
        else:
            keeps = (h < threshold).to(tl.float32)
            through = slope * h
        if not DETACH:
            keeps -= through
        later = tl.load(d_spikes + t * size + at, mask=inside, other=0.0) * slope + later * keeps
        if CONSTANT:
            total += later
        else:
            tl.store(d_currents + t * size + at, later, mask=inside)
    if CONSTANT:
        tl.store(d_currents + at, total, mask=inside)
