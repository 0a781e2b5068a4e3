/** Images, the first evaluated ones, that a spiking report shows and compares both lives on. */
export const EXAMPLES = 16;
/** Neurons of a layer that are kept to draw firing rates against activations. */
export const COMPARED_NEURONS = 200;
/** Both lives are compared over a run's T time steps, but at most so many. */
export const COMPARED_STEPS = 64;
