import { z } from 'zod'
import { natsShape } from '../nats/options.js'

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** Bytes of a size such as `20GiB`, `64 MiB`, `1.5GB` or `4096`; null when it is none. */
export function parseBytes(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text)
  const unit = match?.[2] ?? ''
  if (match === null || !Object.hasOwn(UNITS, unit)) return null
  return Math.floor(Number(match[1]) * UNITS[unit]!)
}

/** A setting that is a number of bytes, or a text such as `20GiB`. */
export const sizeOption = z.union([z.number(), z.string()]).transform((size, context) => {
  const sizeBytes = typeof size === 'number' ? size : parseBytes(size)
  if (sizeBytes !== null && Number.isSafeInteger(sizeBytes) && sizeBytes > 0) return sizeBytes
  context.addIssue({ code: 'custom', message: 'a size is a number of bytes or a text such as 20GiB' })
  return z.NEVER
})

/** The section `journal` of the configuration. */
export const journalOptions = z.strictObject({
  type: z
    .enum(['files', 'jetstream'])
    .default('files')
    .describe('files: in data_dir, of this one gateway; jetstream: in streams of NATS servers, of several nodes'),
  ...natsShape,
  max_bytes: sizeOption
    .default(20 * 2 ** 30)
    .describe(
      'most the intake journal may hold on the disk; it gets there only when it cannot be archived, and then nothing more is acknowledged; of less than 1 GiB it is archived in smaller parts than `archive.delta_bytes` says',
    ),
  segment_bytes: sizeOption
    .refine((size) => size >= 2 ** 16 && size <= 2 ** 30, 'a segment has 64KiB to 1GiB')
    .default(64 * 2 ** 20)
    .describe('size of one segment file, 64KiB to 1GiB'),
})

/** So many find room in the journal, for only whole ones are let go of. */
const SEGMENTS_MIN = 8
const SEGMENT_BYTES_MIN = 2 ** 16

/** Size of a segment in a journal that may hold `max_bytes`: at most as configured. */
export function segmentBytesOf({ segment_bytes, max_bytes }: { segment_bytes: number; max_bytes: number }): number {
  return Math.min(segment_bytes, Math.max(SEGMENT_BYTES_MIN, Math.floor(max_bytes / SEGMENTS_MIN)))
}
