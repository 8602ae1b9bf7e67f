import { readFileSync } from 'node:fs'
import { ANOMALY_RECORDS_MAX, type AnomalyRecord } from '../../insight/anomalies/record.js'

/** A look at a plant as it is kept, with what is known of anomalies since. Times are epoch ms. */
export interface KeptLook {
  readonly atMs: number
  readonly fromMs: number
  readonly toMs: number
  /** Days with figures; fewer than are learnt from say nothing. */
  readonly knownDays: number
  /** Devices beyond the most that one look takes. */
  readonly leftOut: number
  /** Devices without a figure in that time. */
  readonly silent: readonly string[]
  readonly records: readonly AnomalyRecord[]
}

/** Another one in a file means that it was kept by other rules. */
const FORMAT = 1

/**
 * Findings of one plant, in one small file that is written as a whole. It is a function of figures and of what was found before,
 * and no part of the journal.
 */
export class RecordsFile {
  readonly #path: string
  readonly #write: (path: string, text: string) => void

  constructor(path: string, write: (path: string, text: string) => void) {
    this.#path = path
    this.#write = write
  }

  /** Null when there is none, or none that can be read: then the next look begins anew. */
  read(): KeptLook | null {
    try {
      const { format, look } = JSON.parse(readFileSync(this.#path, 'utf8')) as { format: number; look: KeptLook }
      return format === FORMAT && look.records.length <= ANOMALY_RECORDS_MAX ? look : null
    } catch (error) {
      const isBroken = error instanceof SyntaxError || error instanceof TypeError
      if (!isBroken && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return null
    }
  }

  /** Throws the system's error when it cannot be written: then the one before stays. */
  write(look: KeptLook): void {
    this.#write(this.#path, `${JSON.stringify({ format: FORMAT, look })}\n`)
  }
}
