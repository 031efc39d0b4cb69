import type { Typed } from 'rhea';
import rhea from 'rhea';
import { z } from 'zod';

// The typings declare only the types of these classes, the values come with the module.
interface Codec {
  Reader: new (bytes: Buffer) => { read(): Typed };
  Writer: new () => { write(value: Typed): void; toBuffer(): Buffer };
}

const codec = rhea.types as unknown as Codec;

/** rhea's AMQP types, to wrap values whose wire type matters. */
export const amqp = rhea.types;

/** Decodes one value, described or not. */
export function decode(bytes: Buffer): Typed {
  return new codec.Reader(bytes).read();
}

const typedList = z.array(z.unknown());

/** The fields of a described list, still typed. Copied: rhea shares one array among empty lists. */
export function listFields(section: Buffer): Typed[] {
  return [...typedList.parse(decode(section).value)] as Typed[];
}

/** Encodes values one after the other. */
export function encode(values: readonly Typed[]): Buffer {
  const writer = new codec.Writer();
  for (const value of values) writer.write(value);
  return writer.toBuffer();
}

/** A described list or map: a section, an outcome. */
export function described(code: number, value: Typed): Typed {
  const section: unknown = amqp.described(amqp.wrap_ulong(code), value);
  return section as Typed;
}

/** A section that is a map, as a plain object. */
export function mapOf(section: Buffer): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(amqp.unwrap_map_simple(decode(section)));
}
