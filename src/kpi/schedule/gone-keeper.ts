import { deserialize, serialize } from 'node:v8'
import { type Archive, saveProgress } from '../../archive/archive.js'
import type { Database } from '../../archive/database.js'
import { monthsOf } from '../../archive/record/figure-files.js'
import { DAY_MS } from '../../base/durations.js'
import { boundaryStatesAt, saveBoundaryStates } from '../history/boundary-table.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import type { BoundaryState } from '../series/boundary-state.js'
import type { GoneDays } from '../windows/gone-days.js'
import type { Recomputation } from './recomputation.js'

/** Sums of months that are kept when the readings before a day go. */
interface KeptMonths {
  /** First day whose readings are kept, since 1970, UTC; null before any went. */
  readonly before: number | null
  readonly months: readonly GoneDays[]
}

/** Sums and states that hold of a plant when its readings before a day are gone. */
interface KeptNext extends KeptMonths {
  readonly boundaries: ReadonlyMap<string, BoundaryState>
}

/**
 * Keeps what gone days come to in months, and the states of series at their end, in the database, from where the record has it
 * with the other figures of these days.
 */
export class GoneKeeper {
  readonly #database: Database
  readonly #past: PastFold
  readonly #recomputation: Pick<Recomputation, 'goneBefore'>
  /** By plant what will hold when the readings are gone. */
  readonly #next = new Map<string, KeptNext>()

  constructor(database: Database, past: PastFold, recomputation: Pick<Recomputation, 'goneBefore'>) {
    this.#database = database
    this.#past = past
    this.#recomputation = recomputation
  }

  /**
   * Writes what is kept, as it is now and as it will be when the readings before a day are gone: until then the one holds, and
   * a start tells by the day which of the two it is.
   */
  async keep(plant: EnginePlant, before: number, nowMs: number): Promise<void> {
    const months = await this.#recomputation.goneBefore(plant, before * DAY_MS, nowMs)
    const boundaries = await boundaryStatesAt(this.#database, this.#past, plant.seriesList, before * DAY_MS)
    const next = { before, months, boundaries }
    const now = Number.isFinite(plant.keptFromMs) ? plant.keptFromMs / DAY_MS : null
    const content = [{ before: now, months: plant.goneDays }, next].map((kept) => {
      return { before: kept.before, months: serialize(kept.months).toString('base64') }
    })
    await this.#database.transaction(async (connection) => {
      await saveProgress(connection, monthsOf(plant.id), content)
      await saveBoundaryStates(connection, plant.id, plant.seriesList, boundaries, plant.keptFromMs)
    })
    this.#next.set(plant.id, next)
  }

  /** The readings before a day are gone. */
  keptFrom(plant: EnginePlant, day: number): void {
    if (plant.keptFromMs === day * DAY_MS) return
    const kept = this.#next.get(plant.id)
    plant.keepFrom(day * DAY_MS, kept?.before === day ? kept.boundaries : new Map())
    if (kept?.before === day) plant.goneDays = kept.months
  }
}

/** Loads the sums that were kept of the days before a day; none when nobody has them. */
export async function loadKeptMonths(archive: Archive, plant: string, before: number): Promise<readonly GoneDays[]> {
  const saved = await archive.progress<readonly { before: number | null; months: string }[]>(monthsOf(plant))
  const found = saved?.find((one) => one.before === before)
  return found === undefined ? [] : (deserialize(Buffer.from(found.months, 'base64')) as readonly GoneDays[])
}
