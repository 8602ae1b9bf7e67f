/** Proves that the gateway plans the next day of a plant each hour, out of final figures, says why where it cannot, and keeps what was advised. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { type PlantOptions, plantOptions } from '../../../src/base/plant.js'
import { insightOptions } from '../../../src/insight/options.js'
import { type LoadPlanTask, planLoads } from '../../../src/insight/stage/load-plan-task.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { loadPlanSources } from '../../../src/pipeline/load-plans/load-plan-answers.js'
import { LoadPlans } from '../../../src/pipeline/load-plans/load-plans.js'
import type { StreamQuery } from '../../../src/stores/store.js'
import { loadPlanCsv } from '../../../src/views/load-plan-csv.js'
import { type LoadPlanAnswer, loadPlanAnswer } from '../../../src/views/wire/load-plan.js'
import { SOON } from '../../support/soon.js'
import { HandClock } from '../views/hand-clock.js'

const TARIFF = {
  ...{ id: 'tou', valid_from: '2026-01-01', currency: 'CNY', demand_price_per_kw_month: 40 },
  periods: [
    { name: 'valley', price_per_kwh: 0.3, from: '00:00', to: '08:00' },
    { name: 'peak', price_per_kwh: 1, from: '08:00', to: '24:00' },
  ],
}
const OVEN = { id: 'oven', power_kw: 20, duration_h: 2, earliest: '00:00', latest: '20:00', usual_start: '10:00' }
const plant = (more: object = {}): PlantOptions =>
  plantOptions.parse({
    id: 'works',
    name: {},
    timezone: 'Asia/Shanghai',
    tariffs: [TARIFF],
    shiftable_loads: [OVEN],
    ...more,
  })

class Gateway {
  readonly clock = new HandClock('2026-06-11T12:30:00+08:00')
  plan = plant()
  /** Days that are known before now. */
  days = 60
  slidingKw = 30
  /** A storage gives power from ten to eleven, and the sun makes some from eleven to twelve, kW; from twelve to thirteen the plant feeds in. */
  made = { storageKw: 0, sunKw: 0, soldKw: 0 }
  failure: Error | null = null
  diskFailure: Error | null = null
  readonly dir = mkdtempSync(join(tmpdir(), 'load-plans-'))
  readonly warnings: string[] = []
  readonly tasks: LoadPlanTask[] = []
  readonly #stopped = new AbortController()
  readonly plans = new LoadPlans({
    clock: this.clock,
    options: insightOptions.parse({}),
    dataDir: this.dir,
    configs: this.#plants(),
    points: { points: async (query: StreamQuery) => this.#points(query) as Point[] },
    progress: { hasComputed: true },
    worker: {
      work: (async ({ task }: { task: LoadPlanTask }) => {
        if (this.failure !== null) throw this.failure
        this.tasks.push(task)
        return { result: await planLoads(task), processorSeconds: null }
      }) as never,
    },
    isOwner: () => true,
    write: (path, text) => {
      if (this.diskFailure !== null) throw this.diskFailure
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    },
    log: (_, text) => this.warnings.push(text),
  })

  /** The answer after so many hours, once it is not what it was. */
  async after(minutes: number, isThere: (answer: LoadPlanAnswer) => boolean): Promise<LoadPlanAnswer> {
    for (let minute = 0; minute < minutes; minute++) await this.clock.advance(60_000)
    return await vi.waitFor(async () => {
      const answer = await this.answer()
      expect(isThere(answer)).toBe(true)
      return answer
    }, SOON)
  }

  async answer(date: string | null = null): Promise<LoadPlanAnswer> {
    return loadPlanAnswer.parse(await loadPlanSources(this.plans, { plant: () => this.plan }).loadPlan('works', date))
  }

  run(): void {
    void this.plans.run(this.#stopped.signal)
  }

  stop(): void {
    this.#stopped.abort()
  }

  remove(): void {
    this.stop()
    rmSync(this.dir, { recursive: true })
  }

  #plants() {
    const now = () => [this.plan]
    return {
      get plants() {
        return now()
      },
    }
  }

  /** 10 kW by day and night, and the oven from ten to twelve. */
  #points({ kpi, window, fromMs, toMs }: StreamQuery) {
    const firstMs = this.clock.nowMs() - this.days * DAY_MS
    const stepMs = { '1d': DAY_MS, '1h': HOUR_MS }[window as string] ?? QUARTER_HOUR_MS
    const points: object[] = []
    for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms < toMs; ms += stepMs) {
      if (ms < firstMs || ms + stepMs > this.clock.nowMs()) continue
      const hour = new Date(ms + 8 * 3_600_000).getUTCHours()
      const quarter = (hour === 10 || hour === 11 ? 30 : 10) / 4
      const { storageKw, sunKw, soldKw } = this.made
      // Energy that is made or fed in is told by hours alone.
      const [hasSun, isSold] = [sunKw, soldKw].map((kw) => kw > 0 && window === '1h')
      const values: Readonly<Record<string, number>> = {
        energy_elec_import: window === '1d' ? 280 : quarter,
        energy_elec_consumed: quarter + (hour === 10 ? storageKw : hour === 11 ? sunKw : 0) / 4,
        ...(hasSun ? { energy_elec_onsite: hour === 11 ? sunKw : 0 } : {}),
        ...(isSold ? { energy_elec_export: hour === 12 ? soldKw : 0 } : {}),
        ...{ scope2_lb: 140, peak_demand_15: 30, peak_demand_15_sliding: this.slidingKw },
      }
      const value = values[kpi]
      if (value !== undefined) points.push({ startMs: ms, value, provisional: false })
    }
    return points
  }
}

/** Energy in the storage of a plan at the start of a step, kWh, which begins the day half full. */
function chargeAt({ placed }: LoadPlanAnswer, step: number): number {
  const { power_kw } = placed.find(({ kind }) => kind === 'storage')!
  return power_kw.slice(0, step).reduce((kwh, kw) => kwh + (kw > 0 ? kw * 0.88 : kw) / 4, 10)
}

let gateway: Gateway

beforeEach(() => {
  gateway = new Gateway()
})
afterEach(() => gateway.remove())

describe('the next day', () => {
  test('has its oven in the valley, with what that saves and what was assumed', async () => {
    gateway.run()
    const answer = await gateway.after(1, ({ reason }) => reason === '')
    expect(answer).toMatchObject({
      start: '2026-06-11T16:00:00.000Z',
      end: '2026-06-12T16:00:00.000Z',
      currency: 'CNY',
    })
    const [oven] = answer.placed
    expect(oven).toMatchObject({ id: 'oven', kind: 'load', kwh: 40 })
    expect(oven!.runs).toHaveLength(1)
    expect(Date.parse(oven!.runs[0]!.end)).toBeLessThanOrEqual(Date.parse('2026-06-12T08:00:00+08:00'))
    expect(oven!.runs[0]!.kwh).toBeCloseTo(40, 6)
    expect(oven!.usual_runs).toEqual([
      { start: '2026-06-12T02:00:00.000Z', end: '2026-06-12T04:00:00.000Z', power_kw: 20, kwh: 40 },
    ])
    // 40 kWh at 0.30 in place of 1.00; 30 kW stay what the month has reached.
    expect(answer.saved).toBeCloseTo(28, 6)
    expect(answer.saved_kgco2e).toBeCloseTo(0, 6)
    expect(answer.usual).toMatchObject({ demand: 0, peak_kw: 30 })
    expect(answer.assumed).toMatchObject({
      model: 'similar_days',
      ...{ demand_reached_kw: 30, sliding_ratio: 1 },
      kgco2e_per_kwh: 0.5,
      rmse_kw: 0,
    })
    expect(answer.steps[40]).toMatchObject({ price: 1, expected_kw: 30, plan_kw: 10 })
    const rows = loadPlanCsv(answer).trim().split('\n')
    expect(rows).toHaveLength(97)
    expect(rows[0]).toBe('start,end,price_CNY_per_kwh,expected_kw,plan_kw,oven_kw')
    expect(rows[41]).toBe('2026-06-12T02:00:00.000Z,2026-06-12T02:15:00.000Z,1,30,10,0')
  })

  test('goes by quarters of an hour where demand slides, at the price and the limit of what is billed', async () => {
    gateway.slidingKw = 33
    gateway.plan = plant({ targets: [{ kpi: 'peak_demand_15_sliding', window: '1d', max: 44 }] })
    gateway.run()
    const { assumed } = await gateway.after(1, ({ reason }) => reason === '')
    const { demand } = gateway.tasks[0]!.problem
    expect([demand.reachedKw, demand.limitKw, demand.pricePerKw].map((one) => Number(one!.toFixed(6)))).toEqual([
      30, 40, 44,
    ])
    expect([assumed!.demand_reached_kw, assumed!.limit_kw, assumed!.demand_price_per_kw]).toEqual(
      [33, 44, 40].map((one) => expect.closeTo(one, 6)),
    )
    expect(assumed!.sliding_ratio).toBeCloseTo(1.1, 9)
  })

  test('has what the plant feeds in, which is told by hours', async () => {
    gateway.made = { ...gateway.made, soldKw: 14 }
    gateway.run()
    const { steps } = await gateway.after(1, ({ reason }) => reason === '')
    expect(steps.slice(47, 53).map(({ expected_kw }) => expected_kw)).toEqual([30, -4, -4, -4, -4, 10])
  })

  test('has storages that hold demand, by what the plant uses less what the sun makes, and as before where holding is worth nothing', async () => {
    const battery = { id: 'battery', capacity_kwh: 20, charge_kw: 10, discharge_kw: 10 }
    const held = plant({ shiftable_loads: [], storages: [{ ...battery, holds_demand: true }] })
    gateway.made = { ...gateway.made, storageKw: 8, sunKw: 5 }
    gateway.plan = held
    gateway.run()
    const answer = await gateway.after(1, ({ reason }) => reason === '')
    // From ten to eleven 38 kW are used, behind it 30: 30 kW are what the month has reached of import.
    expect(answer.assumed).toMatchObject({ hold_kw: 30, demand_reached_kw: 38 })
    expect(answer.steps.slice(39, 49).map(({ expected_kw }) => expected_kw)).toEqual([
      10, 38, 38, 38, 38, 30, 30, 30, 30, 10,
    ])
    const kwh = chargeAt(answer, 40)
    // 8 kWh above the tenth that stays in it.
    expect(kwh).toBeGreaterThanOrEqual(10 - 1e-4)
    gateway.plan = { ...held, tariffs: [{ ...held.tariffs[0]!, demand_price_per_kw_month: 0 }] }
    const unpaid = await gateway.after(61, ({ reason }) => reason === '')
    expect(unpaid.assumed!.hold_kw).toBeNull()
  })

  test('keeps energy to hold demand where prices are the same all day, and is said to cost more', async () => {
    const [tariff] = [{ ...TARIFF, periods: [{ name: 'flat', price_per_kwh: 1, from: '00:00', to: '24:00' }] }]
    const storage = {
      id: 'battery',
      capacity_kwh: 20,
      charge_kw: 10,
      discharge_kw: 10,
      start_pct: 20,
      holds_demand: true,
    }
    gateway.made = { ...gateway.made, storageKw: 8 }
    gateway.plan = plant({ shiftable_loads: [], tariffs: [tariff], storages: [storage] })
    gateway.run()
    const answer = await gateway.after(1, ({ reason }) => reason === '')
    expect([answer.assumed!.hold_kw, answer.usual_breaks]).toEqual([30, []])
    expect(answer.saved).toBeLessThan(0)
  })

  test('is planned again each hour, and at once for other settings', async () => {
    gateway.run()
    await gateway.after(1, ({ reason }) => reason === '')
    await gateway.after(30, ({ reason }) => reason === '')
    expect(gateway.tasks).toHaveLength(1)
    await gateway.after(31, ({ made_at }) => made_at !== null && made_at > '2026-06-11T05:00:00.000Z')
    gateway.plan = plant({ shiftable_loads: [{ ...OVEN, earliest: '10:00' }] })
    expect(await gateway.answer()).toMatchObject({ reason: 'pending', placed: [] })
    expect((await gateway.after(1, ({ reason }) => reason !== 'pending')).reason).toBe('nothing_to_gain')
  })

  test('is not that of yesterday once midnight is past', async () => {
    gateway.run()
    await gateway.after(1, ({ reason }) => reason === '')
    gateway.stop()
    await gateway.after(12 * 60, ({ reason }) => reason === 'pending')
  })

  test('stays on record as it was when its day began, and the one of another day beside it', async () => {
    gateway.run()
    const [today, tomorrow] = ['2026-06-12', '2026-06-13']
    const before = await gateway.after(1, ({ reason }) => reason === '')
    expect(await gateway.answer(today)).toEqual(before)
    expect((await gateway.answer('2026-06-11')).reason).toBe('not_kept')
    expect((await gateway.answer('../../works')).reason).toBe('not_kept')
    // Past midnight the next day is planned, and what has become known since changes nothing that was advised.
    const next = await gateway.after(14 * 60, ({ start }) => start === '2026-06-12T16:00:00.000Z')
    const kept = await gateway.answer(today)
    expect(kept).toMatchObject({ start: before.start, reason: '', placed: before.placed })
    expect(Date.parse(kept.made_at!)).toBeLessThan(Date.parse('2026-06-12T00:00:00+08:00'))
    expect(await gateway.answer(tomorrow)).toEqual(next)
  })

  test('stays on record where too little is known later in the evening, as after a start whose past is still coming', async () => {
    gateway.run()
    const before = await gateway.after(1, ({ reason }) => reason === '')
    gateway.days = 0
    await gateway.after(61, ({ reason }) => reason === 'no_forecast')
    await gateway.after(14 * 60, ({ start }) => start === '2026-06-12T16:00:00.000Z')
    expect(await gateway.answer('2026-06-12')).toEqual(before)
  })

  test('is there where it cannot be written down, which is warned of', async () => {
    gateway.diskFailure = new Error('the disk is full')
    gateway.run()
    expect((await gateway.after(1, ({ reason }) => reason === '')).placed).toHaveLength(1)
    expect(gateway.warnings).toEqual([
      'the plan of tomorrow of works is not on record: the disk is full; the next one is tried again',
    ])
  })
})

describe('there is no plan, and it is said why', () => {
  test.each([
    ['nothing_to_shift', { shiftable_loads: [] }, 60],
    ['no_tariff', { tariffs: [] }, 60],
    ['no_forecast', {}, 0],
    ['infeasible', { shiftable_loads: [{ ...OVEN, duration_h: 9, latest: '08:00' }] }, 60],
  ] as const)('%s', async (reason, more, days) => {
    gateway.plan = plant(more)
    gateway.days = days
    gateway.run()
    const answer = await gateway.after(1, (one) => one.reason !== 'pending')
    expect(answer).toMatchObject({ reason, with_plan: null, saved: null, placed: [] })
    expect(answer.impossible).toEqual(reason === 'infeasible' ? [{ constraint: 'window', id: 'oven' }] : [])
  })

  test('while the work fails, which is warned of and tried again in an hour', async () => {
    gateway.failure = new Error('no thread')
    gateway.run()
    expect((await gateway.after(2, () => gateway.warnings.length > 0)).reason).toBe('pending')
    expect(gateway.warnings).toEqual(['tomorrow of works was not planned: no thread; it is tried again in an hour'])
    gateway.failure = null
    await gateway.after(61, ({ reason }) => reason === '')
  })
})
