"""Sentences that the notes of several kinds share."""

CONVENTIONS = (
    "All arrays are flat row-major in the stated shape. Layouts: activations NHWC, conv kernels HWIO, depthwise "
    "kernels HWC1 (height, width, channels, 1), linear kernels [in, out]. A formula tensor has value[i] = offset + "
    "scale*sin(a*i + b) with i the flat row-major index in that layout, computed in double precision and then rounded "
    "to float32. Every expected number was computed in float64. A number passes when |got - expected| <= atol + "
    "rtol*|expected|. "
)
CONVOLUTION = "Convolution is cross-correlation (no kernel flip), zero padding. "
BATCH_NORM = (
    "Batch norm, per channel over batch and space: train mode uses the batch mean and the biased batch variance "
    "(divide by N*H*W), y = gamma*(x-mean)/sqrt(variance+1e-5) + beta; running statistics after a train forward: r = "
    "0.9*r + 0.1*batch, where the variance that enters the running statistic is the unbiased one (divide by N*H*W - "
    "1); eval mode uses the running statistics. "
)
