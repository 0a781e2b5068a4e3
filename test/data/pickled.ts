import { Buffer } from "node:buffer";
import { IMAGE_BYTES } from "../../lib/data/cifar/canonical.ts";

const u16 = (value: number) => Buffer.from([value & 255, value >> 8]);
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const short = (text: string) =>
  Buffer.concat([Buffer.from(`U${String.fromCharCode(text.length)}`), Buffer.from(text)]);
const keep = (index: number) =>
  index < 256 ? Buffer.from([0x71, index]) : Buffer.concat([Buffer.from("r"), u32(index)]);
const whole = (value: number) =>
  value < 256
    ? Buffer.from([0x4b, value])
    : value < 65536
    ? Buffer.concat([Buffer.from("M"), u16(value)])
    : Buffer.concat([Buffer.from("J"), u32(value)]);

/** A batch as Python 2's cPickle and numpy wrote it, protocol 2. */
export function pickled(field: string, labels: readonly number[], planes: Uint8Array): Buffer {
  let memory = 0;
  const kept = (...parts: (Buffer | string)[]) =>
    Buffer.concat([...parts.map((part) => Buffer.from(part as string, "latin1")), keep(++memory)]);
  const list = Array.from({ length: Math.ceil(labels.length / 1000) }, (_, group) =>
    Buffer.concat([
      Buffer.from("("),
      ...labels.slice(group * 1000, (group + 1) * 1000).map(whole),
      Buffer.from("e"),
    ]));
  return Buffer.concat([
    Buffer.from([0x80, 2]),
    ...[kept("}"), Buffer.from("("), kept(short("batch_label")), kept(short("training batch 1 of 5"))],
    ...[kept(short(field)), kept("]"), ...list],
    ...[kept(short("data")), kept("cnumpy.core.multiarray\n_reconstruct\n"), kept("cnumpy\nndarray\n")],
    kept(whole(0), Buffer.from([0x85])),
    ...[kept(short("b"), Buffer.from([0x87])), kept("R")],
    kept("(", whole(1), whole(labels.length), whole(IMAGE_BYTES), Buffer.from([0x86])),
    kept("cnumpy\ndtype\n"),
    kept(short("u1"), whole(0), whole(1), Buffer.from([0x87])),
    kept("R"),
    Buffer.concat([
      Buffer.from("("),
      whole(3),
      short("|"),
      Buffer.from("NNN"),
      Buffer.from("J\xff\xff\xff\xffJ\xff\xff\xff\xff", "latin1"),
      whole(0),
      Buffer.from("tb"),
    ]),
    kept(Buffer.from([0x89]), Buffer.from("T"), u32(planes.length), Buffer.from(planes), Buffer.from("t")),
    ...[
      Buffer.from("b"),
      kept(short("filenames")),
      kept("]"),
      Buffer.from("("),
      kept(short("a.png")),
      Buffer.from("e"),
    ],
    Buffer.from("u."),
  ]);
}
