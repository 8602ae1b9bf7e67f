/** Proves that the gateway projects month and year once a day of the plant, never restates it, and compares it with what is configured. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import { type PlantOptions, plantOptions } from '../../../src/base/plant.js'
import { insightOptions } from '../../../src/insight/options.js'
import { type ProjectionTask, projectPlant } from '../../../src/insight/stage/projection-task.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { projectionSources } from '../../../src/pipeline/projections/projection-answers.js'
import { Projections } from '../../../src/pipeline/projections/projections.js'
import type { StreamQuery } from '../../../src/stores/store.js'
import { projectionRecordsAnswer, projectionsAnswer } from '../../../src/views/wire/projections.js'
import { HandClock } from '../views/hand-clock.js'

const plant = (more: object = {}): PlantOptions =>
  plantOptions.parse({ id: 'works', name: {}, timezone: 'Asia/Shanghai', ...more })
const FIRST_MS = Date.parse('2026-01-01T00:00:00+08:00')

class Gateway {
  readonly clock = new HandClock('2026-06-11T00:30:00+08:00')
  readonly dir = mkdtempSync(join(tmpdir(), 'projections-'))
  plan = plant()
  works = 0
  failure: Error | null = null
  /** Days from this one on are there. */
  firstMs = FIRST_MS
  kwhADay = 100
  /** KPIs whose days are there. */
  kpis = ['energy_elec_import']
  isOwner = true
  readonly warnings: string[] = []
  #stopped = new AbortController()
  projections = this.#made()

  get sources() {
    return projectionSources(this.projections, { plant: () => this.plan })
  }

  async answer() {
    return projectionsAnswer.parse(await this.sources.projections('works'))
  }

  async month(kpi = 'energy_elec_import') {
    const { projections } = await this.answer()
    return projections.find((one) => one.kpi === kpi && one.period === 'month')!
  }

  async records(limit = 100) {
    const range = { plant: 'works', fromMs: 0, toMs: this.clock.nowMs() + 1, limit }
    return projectionRecordsAnswer.parse({ records: await this.sources.projectionRecords(range), next: null }).records
  }

  run(): void {
    this.#stopped.abort()
    this.#stopped = new AbortController()
    this.projections = this.#made()
    void this.projections.run(this.#stopped.signal)
  }

  /** Lets time go by, a minute after the other. */
  async hours(count: number): Promise<void> {
    for (let minute = 0; minute < count * 60; minute++) await this.clock.advance(60_000)
  }

  remove(): void {
    this.#stopped.abort()
    rmSync(this.dir, { recursive: true })
  }

  #made(): Projections {
    return new Projections({
      clock: this.clock,
      options: insightOptions.parse({}),
      dataDir: this.dir,
      configs: { plants: [this.plan] },
      points: { points: (query) => this.#points(query) },
      progress: { hasComputed: true },
      worker: {
        work: async (order) => {
          this.works++
          return { result: projectPlant(order.task as ProjectionTask) as never, processorSeconds: null }
        },
      },
      isOwner: () => this.isOwner,
      log: (_, text) => this.warnings.push(text),
    })
  }

  async #points({ kpi, window, scope, fromMs, toMs }: StreamQuery): Promise<Point[]> {
    if (this.failure !== null) throw this.failure
    if (window !== '1d' || scope !== 'plant' || !this.kpis.includes(kpi)) return []
    const found: Point[] = []
    for (let ms = Math.max(fromMs, this.firstMs); ms < Math.min(toMs, this.clock.nowMs() - HOUR_MS); ms += DAY_MS) {
      // A day is provisional until it is over.
      found.push({ startMs: ms, endMs: ms + DAY_MS, value: this.kwhADay, provisional: ms + DAY_MS > toMs } as Point)
    }
    return found
  }
}

let gateway: Gateway
beforeEach(() => {
  gateway = new Gateway()
})
afterEach(() => gateway.remove())

describe('the projection of a plant', () => {
  test('is made an hour after midnight, of the days before, once; a start makes none a second time', async () => {
    gateway.run()
    await gateway.clock.advance(10_000)
    // At half past twelve the day that counts is still yesterday.
    expect(await gateway.month()).toMatchObject({ days_known: 9, days_left: 21, value: 3000 })
    await gateway.hours(1)
    expect(await gateway.month()).toMatchObject({ days_known: 10, days_left: 20, measured: 1000, value: 3000 })
    expect(gateway.works).toBe(2)
    await gateway.hours(20)
    gateway.run()
    await gateway.hours(1)
    expect(gateway.works).toBe(2)
    expect(await gateway.answer()).toMatchObject({ reason: '', known_until: '2026-06-10T16:00:00.000Z' })
  })

  test('stays on record as it was issued, whatever is measured later', async () => {
    gateway.run()
    await gateway.hours(2)
    const before = await gateway.records()
    expect(before.map(({ known_until }) => known_until)).toEqual([
      '2026-06-09T16:00:00.000Z',
      '2026-06-10T16:00:00.000Z',
    ])
    gateway.kwhADay = 200
    await gateway.hours(24)
    expect((await gateway.records()).slice(0, 2)).toEqual(before)
    expect(await gateway.month()).toMatchObject({ value: 6000 })
    expect(await gateway.records(1)).toEqual(before.slice(0, 1))
    expect(readdirSync(join(gateway.dir, 'projections', 'works'))).toEqual(['2026-06.jsonl'])
  })

  test('is tried again each hour while nothing can be said, and after a failure', async () => {
    gateway.firstMs = Date.parse('2026-06-01T00:00:00+08:00')
    gateway.run()
    await gateway.hours(2)
    expect(await gateway.month()).toMatchObject({ value: null, reason: 'too_short', measured: 1000 })
    const issued = (await gateway.records()).length
    gateway.firstMs = FIRST_MS
    await gateway.hours(2)
    expect(await gateway.month()).toMatchObject({ value: 3000, reason: '' })
    expect(await gateway.records()).toHaveLength(issued + 1)
    gateway.failure = new Error('no disk')
    await gateway.hours(24)
    expect(gateway.warnings[0]).toMatch(/the budget of works was not projected: no disk; it is tried again in an hour/)
    gateway.failure = null
    await gateway.hours(1)
    expect(await gateway.month()).toMatchObject({ days_known: 11 })
  })

  test('is compared with budget, target and allowance of the very period, and with no other', async () => {
    const budgets = [
      { kpi: 'energy_elec_import', year: 2026, month: 6, amount: 2900 },
      { kpi: 'energy_elec_import', year: 2026, month: 7, amount: 1 },
      { kpi: 'energy_elec_import', year: 2026, amount: 40_000, kind: 'allowance' },
      { kpi: 'carbon_total_lb', year: 2026, amount: 5000, kind: 'allowance' },
    ]
    const targets = [
      { kpi: 'energy_elec_import', window: '1mo', max: 4000, budget: 3500 },
      { kpi: 'energy_elec_import', window: '1d', max: 7 },
    ]
    gateway.plan = plant({ budgets, targets })
    gateway.run()
    await gateway.hours(2)
    expect((await gateway.month()).compared).toEqual([
      { kind: 'budget', missed: 'above', amount: 2900, difference: 100, chance_missed: 0.95 },
      { kind: 'budget', missed: 'above', amount: 3500, difference: -500, chance_missed: 0.05 },
      { kind: 'target', missed: 'above', amount: 4000, difference: -1000, chance_missed: 0.05 },
    ])
    // A KPI with a budget is named even where it has no day.
    const { projections } = await gateway.answer()
    const year = (kpi: string) => projections.find((one) => one.kpi === kpi && one.period === 'year')
    expect(year('energy_elec_import')!.compared).toMatchObject([{ kind: 'allowance', amount: 40_000 }])
    expect(year('carbon_total_lb')).toMatchObject({ reason: 'no_data', compared: [{ difference: null }] })
  })

  test('misses from below what is to be high, be it by its KPI or by the target', async () => {
    const june = { year: 2026, month: 6 }
    const budgets = [
      { ...june, kpi: 'good_units', amount: 2900, kind: 'target' },
      { ...june, kpi: 'energy_saving_kwh', amount: 3100 },
      { ...june, kpi: 'energy_export_revenue', amount: 3100, kind: 'allowance' },
    ]
    const targets = [
      { kpi: 'good_units', window: '1mo', max: 3100, budget: 3100 },
      { kpi: 'time_producing', window: '1mo', min: 3100 },
    ]
    gateway.plan = plant({ budgets, targets })
    gateway.kpis = ['good_units', 'energy_saving_kwh', 'energy_export_revenue', 'time_producing']
    gateway.run()
    await gateway.hours(2)
    const compared = async (kpi: string) =>
      (await gateway.month(kpi)).compared.map((one) => [one.kind, one.amount, one.missed, one.chance_missed])
    expect(await compared('good_units')).toEqual([
      ['target', 2900, 'below', 0.05],
      ['budget', 3100, 'below', 0.95],
      ['target', 3100, 'above', 0.05],
    ])
    expect(await compared('energy_saving_kwh')).toEqual([
      ['budget', 3100, 'below', 0.95],
      ['baseline', 0, 'below', 0.05],
    ])
    expect(await compared('energy_export_revenue')).toEqual([['allowance', 3100, 'above', 0.05]])
    expect(await compared('time_producing')).toEqual([['target', 3100, 'below', 0.95]])
  })

  test('is not made by who is no longer the owner', async () => {
    gateway.isOwner = false
    gateway.run()
    await gateway.hours(2)
    expect(await gateway.answer()).toMatchObject({ reason: 'pending', projections: [] })
  })
})
