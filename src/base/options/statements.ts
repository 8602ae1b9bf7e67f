import { z } from 'zod'

/** Statements in words and days, as several settings of a report have them. */

export const day = z.iso.date('a day is written like 2026-01-31')

/** Words of a plant, in one language or both. */
export const words = z.union([
  z.string().min(1),
  z.strictObject({
    en: z.string().min(1).optional().describe('in English'),
    zh: z.string().min(1).optional().describe('in Chinese'),
  }),
])
/** A text that is the same in both languages, or each of them. */
export type ConfiguredText = z.output<typeof words>
