import type { DeviceEvent } from '../../src/base/reading.js'
import type { Report, ReportFigure, ReportProfile } from '../../src/base/report.js'
import { reportOf } from './bench-report.js'
import type { Bench } from './engine.js'
import { LOT_DAYS, LOT_OPTIONS, lotPlant } from './lot-plant.js'

const NOW = '2026-10-07T00:00:00.000Z'

/** Reports on footprints of lots, each of a plant of its own. */
export class LotReports {
  readonly #benches: Bench[] = []

  async of(
    events: readonly DeviceEvent[],
    options: object = LOT_OPTIONS,
    profile: ReportProfile = 'product-footprint',
  ): Promise<Report> {
    const bench = await lotPlant(events, options)
    this.#benches.push(bench)
    return reportOf(bench, { ...LOT_DAYS, now: NOW, profile })
  }

  async close(): Promise<void> {
    for (const bench of this.#benches) await bench.close()
  }
}

/** Figure of a lot of such a report; throws when there is none. */
export function lotFigure({ figures }: Report, id: string): ReportFigure {
  const found = figures[`p/lot/${id}`]
  if (found === undefined) throw new Error(`there is no ${id} among ${Object.keys(figures).join(' ')}`)
  return found
}
