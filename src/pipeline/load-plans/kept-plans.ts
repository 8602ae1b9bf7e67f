import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type LoadPlanAnswer, loadPlanAnswer } from '../../views/wire/load-plan.js'

/** Days of a plant whose plans are kept. */
const DAYS_MAX = 400
const FILE = /^\d{4}-\d{2}-\d{2}\.json$/

/**
 * Plans of days as they were made last before their day began, a small file each: what was advised for the day that goes on, and for those before it.
 * They are a record, and nothing is built on them.
 */
export class KeptPlans {
  readonly #dir: string
  readonly #write: (path: string, text: string) => void

  /** @param dir folder of the plans of all plants */
  constructor(dir: string, write: (path: string, text: string) => void) {
    this.#dir = dir
    this.#write = write
  }

  /** Takes the place of the plan before it of the same day. Throws the system's error. */
  keep(plant: string, date: string, answer: LoadPlanAnswer): void {
    const dir = join(this.#dir, plant)
    this.#write(join(dir, `${date}.json`), `${JSON.stringify(answer)}\n`)
    const names = readdirSync(dir)
      .filter((name) => FILE.test(name))
      .sort()
    for (const name of names.slice(0, Math.max(0, names.length - DAYS_MAX))) rmSync(join(dir, name))
  }

  /** Null when there is none that can be read. */
  of(plant: string, date: string): LoadPlanAnswer | null {
    const name = `${date}.json`
    if (!FILE.test(name)) return null
    try {
      return loadPlanAnswer.parse(JSON.parse(readFileSync(join(this.#dir, plant, name), 'utf8')))
    } catch {
      return null
    }
  }
}
