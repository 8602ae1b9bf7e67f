import { readFileSync, renameSync, rmSync } from 'node:fs'
import { copiesOf } from '../../archive/file/marks.js'
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
  /** The newest figures of its days were still to come; missing in looks of before. */
  readonly isComing?: boolean
}

/** Another one in a file means that it was kept by other rules. */
const FORMAT = 1
/** Damaged files that are kept, the newest. */
const COPIES_MAX = 3

/** A file that can be read, and does not say what it should. */
export class DamagedRecords extends Error {
  constructor(path: string, reason: string) {
    super(`${path} is damaged (${reason})`)
  }
}

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

  /** Null when there is none. Throws `DamagedRecords`, or the system's error when it cannot be read. */
  read(): KeptLook | null {
    try {
      const { format, look } = JSON.parse(readFileSync(this.#path, 'utf8')) as { format: number; look: KeptLook }
      if (format !== FORMAT) throw new TypeError(`its format is ${format}`)
      if (!isKeptLook(look)) throw new TypeError('it holds no look')
      return look
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
      throw new DamagedRecords(this.#path, error.message)
    }
  }

  /** Renames a damaged file, so that the next look begins anew; gives its new name. Throws the system's error. */
  setAside(nowMs: number): string {
    const to = `${this.#path}.broken-${nowMs}`
    renameSync(this.#path, to)
    for (const copy of copiesOf(this.#path).slice(COPIES_MAX)) rmSync(copy, { force: true })
    return to
  }

  /** Throws the system's error when it cannot be written: then the one before stays. */
  write(look: KeptLook): void {
    this.#write(this.#path, `${JSON.stringify({ format: FORMAT, look })}\n`)
  }
}

function isKeptLook({ atMs, fromMs, toMs, knownDays, silent, records }: KeptLook): boolean {
  const isRecord = ({ id, kind, device, sinceMs, foundMs }: AnomalyRecord) =>
    [id, kind, device].every((text) => typeof text === 'string') && [sinceMs, foundMs].every(Number.isFinite)
  return (
    [atMs, fromMs, toMs, knownDays].every(Number.isFinite) &&
    Array.isArray(silent) &&
    records.length <= ANOMALY_RECORDS_MAX &&
    records.every(isRecord)
  )
}
