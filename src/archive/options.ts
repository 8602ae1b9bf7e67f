import { z } from 'zod'
import { DAY_MS } from '../base/durations.js'
import { segmentBytesOf, sizeOption } from '../journal/options.js'

/** Settings of the archive: config section `archive`. */
export const archiveOptions = z
  .strictObject({
    retention: z
      .union(
        [
          z.string().regex(/^(none|[1-9]\d{0,5}d)$/),
          z.strictObject({
            days: z.int().min(1).max(999_999).optional().describe('days that are kept'),
            bytes: sizeOption.optional().describe('most that the files of readings may hold; the oldest days go first'),
          }),
        ],
        'write none, a number of days such as 400d, or { days: 400, bytes: 50GiB }',
      )
      .default('none')
      .describe(
        'how long readings are kept: none keeps all, 400d those of 400 days; less than 62d leaves months short of days after a restart',
      ),
    delta_s: z
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .describe('after so many seconds what the journal brought is written to Parquet, and the journal trimmed'),
    delta_bytes: sizeOption.default(256 * 2 ** 20).describe('the same after so much of the journal'),
    memory_limit: z
      .string()
      .regex(/^\d+(MB|GB)$/, 'write it like 300MB or 1GB')
      .default('128MB')
      .describe("DuckDB's own memory limit"),
  })
  .prefault({})

export type ArchiveOptions = z.output<typeof archiveOptions>

/** Limits on the readings that are kept; null: without this limit. */
export interface Retention {
  readonly ageMs: number | null
  readonly bytes: number | null
}

export function retentionOf({ retention }: Pick<ArchiveOptions, 'retention'>): Retention {
  const { days, bytes } = typeof retention === 'string' ? { days: Number.parseInt(retention, 10) } : { ...retention }
  return { ageMs: days === undefined || Number.isNaN(days) ? null : days * DAY_MS, bytes: bytes ?? null }
}

/** The journal is archived well before it is full. */
const DELTAS_MIN = 4

/** Most of the journal that is archived at once, and the size of its segments: as configured, and less in a small journal. */
export function deltasOf(
  { delta_s, delta_bytes }: Pick<ArchiveOptions, 'delta_s' | 'delta_bytes'>,
  journal: { readonly segment_bytes: number; readonly max_bytes: number },
): { readonly deltaMs: number; readonly deltaBytes: number; readonly segmentBytes: number } {
  return {
    deltaMs: delta_s * 1000,
    deltaBytes: Math.min(delta_bytes, Math.floor(journal.max_bytes / DELTAS_MIN)),
    segmentBytes: segmentBytesOf(journal),
  }
}
