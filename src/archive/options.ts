import { z } from 'zod'

/** Settings of the archive: config section `archive`. */
export const archiveOptions = z
  .strictObject({
    retention: z.literal('none').default('none').describe('how long readings are kept; none keeps all'),
    memory_limit: z
      .string()
      .regex(/^\d+(MB|GB)$/, 'write it like 300MB or 1GB')
      .default('300MB')
      .describe("DuckDB's own memory limit"),
  })
  .prefault({})

export type ArchiveOptions = z.output<typeof archiveOptions>
