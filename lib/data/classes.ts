import { UsageError } from "../errors.ts";
import { CIFAR_100_CLASSES, CIFAR_10_CLASSES } from "./cifar/classes.ts";

/** The ten classes of Fashion-MNIST, in the order of their labels. */
const FASHION_CLASSES: readonly string[] = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

/** The classes of every data set. */
export const CLASSES = {
  "fashion-mnist": FASHION_CLASSES,
  "cifar-10": CIFAR_10_CLASSES,
  "cifar-100": CIFAR_100_CLASSES,
} as const;

/** The name of a class of a data set. */
export function className(dataset: string, label: number): string {
  const classes = Object.hasOwn(CLASSES, dataset) ? CLASSES[dataset as keyof typeof CLASSES] : undefined;
  const name = classes?.[label];
  if (name !== undefined) return name;
  const known = classes === undefined
    ? `the data set is none of ${Object.keys(CLASSES).join(", ")}`
    : `it has ${classes.length} classes`;
  throw new UsageError(
    `Naming class ${label} of ${dataset}: ${known}; name its classes in lib/data/classes.ts.`,
  );
}
