import assert from "node:assert/strict";
import type { Experiment } from "../../lib/experiments/experiment.ts";
import { nearestSize } from "../../lib/experiments/nearest_size.ts";
import { fashionMnistFolded } from "../../lib/experiments/spiking_sharing/fashion_mnist_folded.ts";
import {
  cifar10TenLayerSharing,
  fashionMnistSevenLayerSharing,
} from "../../lib/experiments/spiking_sharing/published_networks.ts";
import { parametersOf } from "../../lib/models/all.ts";
import { type RunConfig, seenOf } from "../../lib/runs/config/config.ts";
import { PROFILES } from "../../lib/runs/profile.ts";

/** Parameters of each row's network, by row. */
function parametersByRow({ rows }: Experiment, profile: typeof PROFILES[number]): Map<string, number> {
  return new Map(
    rows(profile).map(({ id, configs: [config] }) => {
      const { network, data } = config as RunConfig;
      return [id, parametersOf(network, seenOf({ data }))];
    }),
  );
}

Deno.test("the nearest size is the one whose count is closest, below or above what is wanted", () => {
  const square = (size: number) => size ** 2;
  assert.deepEqual([1, 2, 3, 12, 13, 1000].map((wanted) => nearestSize(wanted, square)), [1, 1, 2, 3, 4, 32]);
});

Deno.test("every network is trained by every rule with every seed, and differs in nothing but the network", () => {
  const networks = ["none", "all", "equal-narrow", "equal-shallow"];
  for (const profile of PROFILES) {
    const rows = fashionMnistFolded.rows(profile);
    const ids = networks.flatMap((network) =>
      ["ann", "proxy", "surrogate"].map((rule) => `${network}-${rule}`)
    );
    assert.deepEqual(rows.map(({ id }) => id).toSorted(), ids.toSorted());
    const others = (id: string) =>
      rows.find((row) => row.id === id)?.configs.map(({ network: _network, ...other }) => other);
    for (const rule of ["ann", "proxy", "surrogate"]) {
      for (const network of networks) {
        assert.deepEqual(others(`${network}-${rule}`), others(`none-${rule}`));
      }
    }
  }
  assert.equal(fashionMnistFolded.rows("study")[0]?.configs.length, 3);
});

Deno.test("rivals of equal parameters have about as many as the shared network", () => {
  const folded = parametersByRow(fashionMnistFolded, "study");
  assert.deepEqual([folded.get("none-ann"), folded.get("all-ann")], [74_912, 10_400]);
  for (const rival of ["equal-narrow-proxy", "equal-shallow-proxy"]) {
    assert.ok(Math.abs((folded.get(rival) as number) / 10_400 - 1) < 0.05, `${rival} ${folded.get(rival)}`);
  }
  const cifar = parametersByRow(cifar10TenLayerSharing, "study");
  const [narrow, all] = [cifar.get("equal-narrow-ann") as number, cifar.get("all-ann") as number];
  assert.ok(Math.abs(narrow / all - 1) < 0.02, `${narrow} ${all}`);
  const fashion = parametersByRow(fashionMnistSevenLayerSharing, "paper");
  assert.equal((fashion.get("none-ann") as number) - (fashion.get("all-ann") as number), 9 * 128 * 128);
});
