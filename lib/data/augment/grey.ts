/** Luma of every pixel, one byte each (ITU-R 601-2 weights in 16-bit fixed point, as Pillow's convert("L")). */
export function greyOf(image: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return image;
  return Uint8Array.from({ length: image.length / 3 }, (_, pixel) => {
    const [red, green, blue] = [image[3 * pixel], image[3 * pixel + 1], image[3 * pixel + 2]] as [
      number,
      number,
      number,
    ];
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  });
}
