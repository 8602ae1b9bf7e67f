import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { plantWithPast } from '../../../simulators/demo-plants.js'
import { PastGate, type PastGateOptions } from '../../../simulators/past/past-gate.js'
import { PlayedPast } from '../../../simulators/past/play-past.js'
import { readProgress, writeProgress } from '../../../simulators/past/progress.js'
import type { Send } from '../../../simulators/sends.js'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'

/** Proves that the plant with a past is a function of seed and first start, has what was planted in it, and sends all devices in step. */

const STARTED_MS = Date.parse('2026-12-01T10:07:00+08:00')
const DAYS = 120
const { plant, planted } = plantWithPast(1, STARTED_MS, DAYS)
const TODAY_MS = plant.epochMs + DAYS * DAY_MS

function registerOf(device: string, metric = 'elec_submeter_kwh', seed = 1): (ms: number) => number {
  const { devices } = seed === 1 ? plant : plantWithPast(seed, STARTED_MS, DAYS).plant
  const found = devices.find(({ path }) => path.device === device)!
  return (ms) => Number(found.samples(ms, ms + 1, 1)[0]!.metrics[metric])
}

/** Mean power, kW, of the hours from `hour` to `toHour` on so many days from a day on. */
function meanKw(device: string, fromDay: number, days: number, hour: number, toHour: number): number {
  const at = registerOf(device)
  let kwh = 0
  for (let day = fromDay; day < fromDay + days; day++) {
    const startMs = TODAY_MS + day * DAY_MS
    kwh += at(startMs + toHour * HOUR_MS) - at(startMs + hour * HOUR_MS)
  }
  return kwh / (days * (toHour - hour))
}

describe('the plant with a past', () => {
  it('begins at a local midnight so many days before the first start, at registers of zero', () => {
    expect(new Date(plant.epochMs).toISOString()).toBe('2026-08-02T16:00:00.000Z')
    expect(registerOf('main-1', 'elec_import_kwh')(plant.epochMs)).toBe(0)
  })

  it('is the same for the same seed and start, and another for another seed', () => {
    const again = plantWithPast(1, STARTED_MS, DAYS).plant
    for (const [i, device] of plant.devices.entries()) {
      const asked = [TODAY_MS - DAY_MS, TODAY_MS, QUARTER_HOUR_MS] as const
      expect(again.devices[i]!.samples(...asked)).toEqual(device.samples(...asked))
    }
    const other = registerOf('main-1', 'elec_import_kwh', 2)
    expect(other(TODAY_MS)).not.toBe(registerOf('main-1', 'elec_import_kwh')(TODAY_MS))
  })

  it('is read each hour long ago, the main meter each quarter of an hour always', () => {
    const long = plantWithPast(1, STARTED_MS, 400).plant
    const count = (device: string, ms: number) =>
      long.devices.find(({ path }) => path.device === device)!.samples(ms, ms + DAY_MS, QUARTER_HOUR_MS).length
    expect([count('main-1', long.epochMs), count('laser-1', long.epochMs)]).toEqual([96, 24])
    const late = long.epochMs + 390 * DAY_MS
    expect([count('main-1', late), count('laser-1', late)]).toEqual([96, 96])
  })

  it('is there for a day without what was done to it before that', () => {
    const young = plantWithPast(1, STARTED_MS, 1)
    for (const device of young.plant.devices) {
      expect(device.samples(young.plant.epochMs, STARTED_MS, QUARTER_HOUR_MS)).not.toEqual([])
    }
    expect(young.planted.map(({ kind }) => kind)).not.toContain('stuck')
  })

  it('has a new compressor that saves a quarter, and a leak that takes some of it', () => {
    const before = meanKw('compressor-1', -99, 6, 9, 11)
    const after = meanKw('compressor-1', -71, 6, 9, 11)
    expect(after / before).toBeGreaterThan(0.7)
    expect(after / before).toBeLessThan(0.78)
    expect(meanKw('compressor-1', -15, 6, 1, 5) - meanKw('compressor-1', -29, 6, 1, 5)).toBeCloseTo(1.4, 0)
  })

  it('has a press that is no longer switched off at night', () => {
    expect(meanKw('meter-press-1', -29, 5, 20, 23)).toBeLessThan(6)
    expect(meanKw('meter-press-1', -13, 5, 20, 23) - meanKw('meter-press-1', -29, 5, 20, 23)).toBeGreaterThan(1)
  })

  it('has a meter that stood still, and goes on from there without what it missed', () => {
    const stuck = planted.find(({ kind }) => kind === 'stuck')!
    const [fromMs, toMs] = [Date.parse(stuck.from), Date.parse(stuck.until!)]
    const at = registerOf('laser-1')
    expect(at(fromMs + HOUR_MS)).toBe(at(fromMs))
    expect(at(toMs)).toBe(at(fromMs))
    expect(at(toMs + DAY_MS)).toBeGreaterThan(at(toMs))
    expect(at(fromMs)).toBeGreaterThan(at(fromMs - HOUR_MS))
  })

  it('says when each of them began, in order to be found', () => {
    expect(planted.map(({ kind, device }) => [kind, device])).toEqual([
      ['saving', 'compressor-1'],
      ['compressed_air_base_load', 'compressor-1'],
      ['idle_waste', 'meter-press-1'],
      ['stuck', 'laser-1'],
    ])
    for (const { from } of planted) expect(Date.parse(from)).toBeLessThan(STARTED_MS)
  })
})

describe('the gate of a past', () => {
  const LIVE_MS = 1000

  /** Lets three devices through, each with messages at these times. @return what came out, in order */
  async function through(times: readonly number[], more: Partial<PastGateOptions> = {}) {
    const out: string[] = []
    const sent: number[] = []
    const gate = new PastGate({
      devices: 3,
      liveFromMs: LIVE_MS,
      signal: new AbortController().signal,
      ready: async () => void out.push('ready'),
      onSent: (toMs) => sent.push(toMs),
      onPresent: () => out.push('present'),
      ...more,
    })
    async function* source(): AsyncGenerator<Send> {
      for (const atMs of times) yield { atMs, payload: '', elements: 1, rejections: {}, isCut: false }
    }
    const run = async (device: string, restMs: number) => {
      for await (const { atMs } of gate.through(source())) {
        await new Promise((resolve) => setTimeout(resolve, restMs))
        out.push(`${device} ${atMs}`)
      }
    }
    await Promise.all([run('a', 0), run('b', 5), run('c', 2)])
    return { out, sent }
  }

  it('lets no device begin a step before all have sent the one before, and the gateway has computed it', async () => {
    const { out } = await through([100, 200])
    expect(out[0]).toBe('ready')
    expect(out.slice(1, 4).sort()).toEqual(['a 100', 'b 100', 'c 100'])
    expect(out[4]).toBe('ready')
    expect(out.slice(5).sort()).toEqual(['a 200', 'b 200', 'c 200'])
  })

  it('lets two messages of one step through together, and what is live as it comes', async () => {
    const { out } = await through([100, 100, 1000, 1060, 1120])
    expect(out.filter((one) => one === 'ready')).toHaveLength(2)
    expect(out.filter((one) => one === 'present')).toHaveLength(1)
    expect(out).toHaveLength(3 + 15)
  })

  it('calls sent only what is out of the reach of messages in flight', async () => {
    const { sent } = await through([1, 2, 3, 4, 5, 6, 7])
    expect(sent).toEqual([2, 3])
  })

  it('holds nobody who is told to stop', async () => {
    const stop = new AbortController()
    const { out } = await through([100, 200], {
      signal: stop.signal,
      ready: () => new Promise(() => stop.abort()),
    })
    expect(out.sort()).toEqual(['a 100', 'a 200', 'b 100', 'b 200', 'c 100', 'c 200'])
  })
})

describe('the file that tells how far it is', () => {
  const dir = mkdtempSync(join(tmpdir(), 'past-'))
  const file = join(dir, 'past.json')
  afterAll(() => rmSync(dir, { recursive: true }))
  const options = { seed: 1, days: DAYS, progress: file, untilMs: null }

  it('lets a later start play the same plant, and send what is missing alone', () => {
    expect(readProgress(file)).toBeNull()
    const first = new PlayedPast({ ...options, nowMs: STARTED_MS })
    expect(first.fromMs).toBe(plant.epochMs)
    writeProgress(file, { fromMs: plant.epochMs, startMs: STARTED_MS, sentToMs: TODAY_MS - 10 * DAY_MS })
    const later = new PlayedPast({ ...options, days: 400, nowMs: STARTED_MS + 3 * DAY_MS })
    expect(later.fromMs).toBe(plant.epochMs)
    expect(later.planted).toEqual(planted)
    const [main] = later.devices
    expect(main!.samples.timetable.firstMs).toBe(TODAY_MS - 10 * DAY_MS)
    expect(main!.whole.timetable.firstMs).toBe(plant.epochMs)
    expect(main!.samples.between(TODAY_MS, TODAY_MS + HOUR_MS)).toEqual(
      plant.devices[0]!.samples(TODAY_MS, TODAY_MS + HOUR_MS, QUARTER_HOUR_MS),
    )
  })

  it.each(['', '{}', '{"from":"2026-01-02","started":"2026-01-01","sent_to":"2026-01-01"}'])(
    '%j is refused',
    (text) => {
      writeFileSync(file, text)
      expect(() => readProgress(file)).toThrow('delete it to send the past again')
    },
  )
})
