/** Height, width, channels. An image's bytes or floats are row-major in this order. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** How an image is read between its pixels. */
export type Interpolation = "nearest" | "bilinear" | "bicubic";
