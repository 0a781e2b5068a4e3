"""Sentences that the notes of several kinds share."""

LAYOUTS = (
    "Layouts: activations NHWC, with time first TNHWC; conv kernels HWIO; linear kernels [in,out] (y = x W); "
    "flattening before the first linear layer in NHWC order (index = (h*W + w)*C + c; a PyTorch NCHW flatten must be "
    "permuted). Formula tensors: value[i] = offset + scale*sin(a*i + b), i the flat row-major index in the stated "
    "layout, evaluated in double precision."
)
NETWORK = (
    "Network: config.layers in order, names conv1, conv2, ..., linear1, ... No biases. conv: stride 1, SAME zero "
    "padding (kernel odd, pad k/2 each side), then batch norm over N,H,W where norm is true: (x - mean)/sqrt(variance "
    "+ 1e-5)*gamma + beta, then the activation (ReLU or IF neuron), then a max-pool layer if one follows: window = "
    "stride = size, VALID (an odd last row or column is dropped). Linear: no norm."
)
SNN = (
    "SNN: IF neurons after EVERY layer, the output layer included. Each step: v = v + I; s = 1 where v >= theta, else "
    "0; then reset: 'hard' v = 0 where s = 1; 'subtract' v = v - theta*s. v starts at config.initial_membrane in "
    "every layer. T steps. The image is the same at every step: the first layer's conv (+ norm) is computed once and "
    "its output is the constant current of the first IF layer in all T steps. Later layers get the (pooled) spikes of "
    "the same step. Max pooling acts on the spikes. Output = spike count per class over the T steps. No charged "
    "membrane comes closer than 1e-4 to theta (checked), so spikes and counts are exact integers and must be matched "
    "exactly."
)
ADAM = (
    "Adam with L2 decay on all parameters (gamma and beta too): g = grad + weight_decay*w; m = beta1*m + (1-beta1)*g; "
    "v = beta2*v + (1-beta2)*g*g; w = w - learning_rate * (m/(1-beta1^k)) / (sqrt(v/(1-beta2^k)) + epsilon), k = 1, "
    "2, ... the step number, m = v = 0 at the start."
)
SPIKE_TENSORS = (
    "Spike tensors: formula kind 'spikes': value[i] = 1 where frac(i*step + shift) < density, else 0 (i flat "
    "row-major index, double precision, frac(x) = x - floor(x)). Kernel: value[i] = offset + scale*sin(a*i + b). A "
    "zero input gives exact zeros."
)
GRADIENT_TOLERANCE = (
    "Gradients of one file differ in size; tolerance.atol was chosen so that a float32 run of the same equations uses "
    "at most a fifth of it."
)
