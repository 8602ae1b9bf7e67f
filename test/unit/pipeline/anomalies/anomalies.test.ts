import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnomalyAction } from '../../../../src/base/anomaly.js'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../../../src/base/durations.js'
import { AnomalyVerdicts } from '../../../../src/insight/anomalies/verdicts.js'
import { insightOptions } from '../../../../src/insight/options.js'
import { type AnomalyTask, findAnomalies } from '../../../../src/insight/stage/anomaly-task.js'
import type { Point } from '../../../../src/kpi/windows/point.js'
import { Anomalies, type AnomaliesDeps } from '../../../../src/pipeline/anomalies/anomalies.js'
import { anomalySources } from '../../../../src/pipeline/anomalies/anomaly-answers.js'
import type { StreamQuery } from '../../../../src/stores/store.js'
import { anomaliesAnswer } from '../../../../src/views/wire/anomalies.js'
import {
  electricityOf,
  LEAK_DAY,
  LEAKING_DAYS,
  LEAKING_PLANT,
  QUARTERS_A_DAY,
  waterOf,
} from '../../../support/anomalies/leaking-plant.js'
import { HandClock } from '../../views/hand-clock.js'

/** Proves that the gateway looks once a day of the plant, keeps what it finds over restarts, and goes by what people say of it. */

const FIRST_MS = Date.parse('2026-06-03T00:00:00Z')
const END_MS = FIRST_MS + LEAKING_DAYS * DAY_MS
/** Seconds that are long enough for all reads of a look. */
const LOOK_S = 60

const SERIES: Readonly<Record<string, (i: number) => number>> = {
  'main-1 energy_elec_import': electricityOf,
  'water-1 energy_water_fresh': waterOf,
}

class Gateway {
  readonly clock = new HandClock(new Date(END_MS + 22 * HOUR_MS).toISOString())
  readonly verdicts = new AnomalyVerdicts()
  readonly dir = mkdtempSync(join(tmpdir(), 'anomalies-'))
  readonly warnings: string[] = []
  reads = 0
  looks = 0
  isOwner = true
  retired: string[] = []
  /** Figures from here on are there, epoch ms. */
  firstMs = FIRST_MS
  /** End of the figures that are there after so many looks, epoch ms. */
  endMs: (looks: number) => number = () => END_MS
  failure: Error | null = null
  anomalies = this.#started()
  #stopped = new AbortController()

  get sources() {
    const actions = {
      submit: async (act: Omit<AnomalyAction, 'id'>) => {
        this.verdicts.add({ act: { ...act, id: 'a' }, atMs: this.clock.nowMs() })
        return true
      },
    }
    const { anomalies, verdicts, clock } = this
    return anomalySources({
      anomalies,
      configs: { plant: () => LEAKING_PLANT },
      verdicts,
      actions: actions as never,
      nowMs: () => clock.nowMs(),
    })
  }

  async answer() {
    const found = await this.sources.anomalies({ plant: 'works', after: null, limit: 10 })
    return anomaliesAnswer.parse({ ...found, next: null })
  }

  run(): void {
    this.#stopped = new AbortController()
    void this.anomalies.run(this.#stopped.signal)
  }

  /** Path of the file of records, in a folder that is there. */
  file(): string {
    mkdirSync(join(this.dir, 'anomalies'), { recursive: true })
    return join(this.dir, 'anomalies', 'works.json')
  }

  /** Lets a look that is due be made: each read is followed by a rest. */
  async look(): Promise<void> {
    for (let second = 0; second < LOOK_S; second++) await this.clock.advance(1000)
  }

  async restart(): Promise<void> {
    this.#stopped.abort()
    await this.look()
    this.anomalies = this.#started()
    this.run()
  }

  remove(): void {
    this.#stopped.abort()
    rmSync(this.dir, { recursive: true })
  }

  #started(): Anomalies {
    const deps: AnomaliesDeps = {
      clock: this.clock,
      options: insightOptions.parse({}),
      dataDir: this.dir,
      configs: { plants: [LEAKING_PLANT], isInService: (_, device) => !this.retired.includes(device) },
      points: { points: (query) => this.#points(query) },
      progress: { hasComputed: true },
      worker: {
        work: async (order) => {
          this.looks++
          return { result: findAnomalies(order.task as AnomalyTask) as never, processorSeconds: null }
        },
      },
      verdicts: this.verdicts,
      write: (path, text) => {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
      },
      isOwner: () => this.isOwner,
      log: (_, text) => this.warnings.push(text),
    }
    return new Anomalies(deps)
  }

  async #points({ id, kpi, window, fromMs, toMs, limit }: StreamQuery): Promise<Point[]> {
    this.reads++
    if (this.failure !== null) throw this.failure
    const amountOf = window === '15m' ? SERIES[`${id} ${kpi}`] : undefined
    if (amountOf === undefined) return []
    const found: Point[] = []
    for (
      let ms = Math.max(fromMs, this.firstMs);
      ms < Math.min(toMs, this.endMs(this.looks)) && found.length < limit;
    ) {
      const value = amountOf((ms - FIRST_MS) / QUARTER_HOUR_MS)
      const of = { stream: { unit: kpi === 'energy_water_fresh' ? 'm3' : 'kWh' }, numerator: value, denominator: 1 }
      const basis = { coverage: 1, estimatedShare: 0, provisional: false }
      found.push({ ...of, ...basis, startMs: ms, endMs: ms + QUARTER_HOUR_MS, value } as Point)
      ms += QUARTER_HOUR_MS
    }
    return found
  }
}

let gateway: Gateway
beforeEach(() => {
  gateway = new Gateway()
})
afterEach(() => gateway.remove())

describe('anomalies of a running gateway', () => {
  test('a leak is found with its sentence, its amounts or why there are none, and the figures to draw', async () => {
    expect(await gateway.answer()).toMatchObject({ anomalies: [], look: null, reason: 'pending' })
    gateway.run()
    await gateway.look()
    const { anomalies, look, reason } = await gateway.answer()
    expect(reason).toBe('')
    expect(look).toMatchObject({ from: new Date(FIRST_MS).toISOString(), to: new Date(END_MS).toISOString() })
    expect(anomalies).toMatchObject([
      {
        ...{ kind: 'leak', device: 'water-1', state: 'open', needs_person: true, until: null, verdict: '' },
        kwh: { value: null, reason: 'not_energy' },
      },
    ])
    const [leak] = anomalies
    expect(leak!.since.slice(0, 10)).toBe(new Date(FIRST_MS + LEAK_DAY * DAY_MS).toISOString().slice(0, 10))
    expect(leak!.excess).toBeGreaterThan(0.2 * (LEAKING_DAYS - LEAK_DAY - 2) * QUARTERS_A_DAY)
    expect(leak!.text.zh).toContain('water-1')
    expect(leak!.evidence.measured).toHaveLength(leak!.evidence.expected.length)
  })

  test('a plant is looked at once a day of its own, also over a restart', async () => {
    gateway.endMs = () => gateway.clock.nowMs()
    gateway.run()
    await gateway.look()
    expect(gateway.looks).toBe(1)
    await gateway.restart()
    await gateway.clock.advance(HOUR_MS + HOUR_MS / 2)
    expect(gateway.looks).toBe(1)
    expect((await gateway.answer()).anomalies).toHaveLength(1)
    await gateway.clock.advance(2 * HOUR_MS)
    await gateway.look()
    expect(gateway.looks).toBe(2)
  })

  test('a dismissed finding does not come again for the same span, not even when its record is lost', async () => {
    gateway.run()
    await gateway.look()
    const { id, kind, device, since } = (await gateway.answer()).anomalies[0]!
    const of = { what: 'anomaly', plant: 'works', anomaly: id, kind, device, untilMs: null } as const
    const said = { sinceMs: Date.parse(since), note: 'known', by: 'wei' }
    await gateway.sources.decideAnomaly({ ...of, ...said, verdict: 'dismissed' })
    const dismissed = { id, state: 'dismissed', needs_person: false, verdict_by: 'wei', verdict_note: 'known' }
    expect((await gateway.answer()).anomalies).toMatchObject([dismissed])
    rmSync(join(gateway.dir, 'anomalies'), { recursive: true })
    await gateway.restart()
    await gateway.look()
    expect(gateway.looks).toBe(2)
    expect((await gateway.answer()).anomalies).toMatchObject([dismissed])
    const open = await gateway.sources.anomalies({ plant: 'works', state: 'open', after: null, limit: 10 })
    expect(open.anomalies).toEqual([])
  })

  test('a plant with too few days is looked at again within minutes, as its past may come at once', async () => {
    gateway.firstMs = END_MS - 10 * DAY_MS
    gateway.run()
    await gateway.look()
    expect(await gateway.answer()).toMatchObject({ anomalies: [], reason: 'too_short', look: { known_days: 10 } })
    gateway.firstMs = FIRST_MS
    await gateway.clock.advance(HOUR_MS)
    await gateway.look()
    expect((await gateway.answer()).anomalies).toHaveLength(1)
  })

  test('a plant whose last days are missing is looked at again within minutes, as long as more of them comes', async () => {
    gateway.endMs = (looks) => Math.min(END_MS, END_MS - (3 - looks) * DAY_MS)
    gateway.run()
    await gateway.look()
    // Its past is still coming, so nobody is told that nothing was found in it.
    expect((await gateway.answer()).reason).toBe('pending')
    await gateway.clock.advance(HOUR_MS)
    await gateway.look()
    expect(gateway.looks).toBe(4)
    expect((await gateway.answer()).reason).toBe('')
  })

  test('a look that saw a past without its end is made again at a start', async () => {
    gateway.endMs = () => END_MS - 3 * DAY_MS
    gateway.run()
    while (gateway.looks === 0) await gateway.clock.advance(1000)
    gateway.endMs = () => END_MS
    await gateway.restart()
    await gateway.look()
    expect((await gateway.answer()).reason).toBe('')
    expect(gateway.looks).toBe(2)
  })

  test('a plant that has fallen silent is looked at once more, and then each day', async () => {
    gateway.endMs = () => END_MS - 3 * DAY_MS
    gateway.run()
    await gateway.look()
    await gateway.clock.advance(HOUR_MS)
    await gateway.look()
    expect(gateway.looks).toBe(2)
  })

  test('a look that fails is said once, and tried again in an hour', async () => {
    gateway.failure = new Error('the disk is gone')
    gateway.run()
    await gateway.look()
    expect(gateway.warnings).toEqual([
      expect.stringContaining('works was not looked at for anomalies: the disk is gone'),
    ])
    expect((await gateway.answer()).reason).toBe('failed')
    gateway.failure = null
    await gateway.clock.advance(HOUR_MS)
    await gateway.look()
    expect(await gateway.answer()).toMatchObject({ anomalies: [{}], reason: '', currency: null })
    expect(gateway.warnings).toHaveLength(1)
  })

  test('a file of records that cannot be read stops nothing: it is said, stays, and is tried again in an hour', async () => {
    mkdirSync(gateway.file())
    gateway.run()
    await gateway.look()
    expect(gateway.warnings).toEqual([
      expect.stringMatching(/^works was not looked at for anomalies: EISDIR.*in an hour$/),
    ])
    expect(gateway.looks).toBe(0)
    const refusal = { status: 503, message: 'The findings of works cannot be read now (EISDIR); ask again later.' }
    await expect(gateway.answer()).rejects.toMatchObject(refusal)
    expect(() => gateway.sources.anomaly('works', 'a')).toThrow(refusal.message)
    rmSync(gateway.file(), { recursive: true })
    await gateway.clock.advance(HOUR_MS)
    await gateway.look()
    expect((await gateway.answer()).anomalies).toHaveLength(1)
  })

  test.each(['{"format":1,"look":', '{"format":1,"look":{"records":[null]}}', '{"format":9,"look":{}}'])(
    'a damaged file of records is set aside, and its plant is looked at anew: %s',
    async (text) => {
      writeFileSync(gateway.file(), text)
      await expect(gateway.answer()).rejects.toMatchObject({ status: 503 })
      const beganMs = gateway.clock.nowMs()
      gateway.run()
      await gateway.look()
      expect((await gateway.answer()).anomalies).toHaveLength(1)
      const [aside, ...others] = readdirSync(join(gateway.dir, 'anomalies')).filter((name) => name !== 'works.json')
      expect([aside, others]).toEqual([expect.stringMatching(/^works\.json\.broken-\d+$/), []])
      expect(Number(aside!.split('-')[1])).toBeGreaterThanOrEqual(beganMs)
      expect(readFileSync(join(gateway.dir, 'anomalies', aside!), 'utf8')).toBe(text)
      expect(gateway.warnings).toEqual([expect.stringContaining('is damaged')])
    },
  )

  test('a look by a clock that was ahead keeps no other away', async () => {
    gateway.run()
    await gateway.look()
    const { format, look } = JSON.parse(readFileSync(gateway.file(), 'utf8'))
    const ahead = { ...look, atMs: look.atMs + 900 * DAY_MS, toMs: look.toMs + 900 * DAY_MS }
    writeFileSync(gateway.file(), JSON.stringify({ format, look: ahead }))
    await gateway.restart()
    await gateway.look()
    expect(gateway.looks).toBe(2)
    expect((await gateway.answer()).look).toMatchObject({ to: new Date(END_MS).toISOString() })
  })

  test('a finding of a device that has been retired ends with its last figure, and asks for nobody', async () => {
    gateway.run()
    await gateway.look()
    gateway.retired = ['water-1']
    await gateway.clock.advance(4 * HOUR_MS)
    await gateway.look()
    expect(gateway.looks).toBe(2)
    const ended = { ended: 'gone', until: new Date(END_MS).toISOString(), needs_person: false, state: 'over' }
    expect((await gateway.answer()).anomalies).toMatchObject([ended])
  })

  test('nothing is read while somebody else may own the plants', async () => {
    gateway.isOwner = false
    gateway.run()
    await gateway.look()
    expect(gateway.reads).toBe(0)
  })
})
