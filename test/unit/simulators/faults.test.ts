import { describe, expect, it, test, vi } from 'vitest'
import { wrongClock } from '../../../simulators/faults/clock.js'
import { glitch, reset } from '../../../simulators/faults/counter.js'
import { disconnect, duplicate, late, reorder } from '../../../simulators/faults/delivery.js'
import { garbage } from '../../../simulators/faults/garbage.js'
import { FAULTS, type FaultName, faultNamed, REPAIRABLE } from '../../../simulators/faults/names.js'
import { faultsOf, namesFor, planOf } from '../../../simulators/faults/plan.js'
import { silence } from '../../../simulators/faults/silence.js'
import type { Sample } from '../../../simulators/plant.js'
import { IN_FLIGHT_MAX, type SampleFault, type SendFault, sendsOf } from '../../../simulators/sends.js'
import { type Clock, systemClock } from '../../../src/base/clock.js'
import { METRIC_CLASSES } from '../../../src/base/metrics.js'
import { decode } from '../../../src/decode/decode.js'
import { FROM, HOUR_MS, messages, meter, passed, robot, samplesOf, stack } from '../../support/cast.js'

const KEY = [1, 'p', 'm1']
const DAYS_MS = 48 * HOUR_MS
const all = new Set(Object.keys(FAULTS) as FaultName[])

/** The samples of two days and what a fault makes of each. */
function befallen(fault: SampleFault, samples = samplesOf(meter('m1'))) {
  return samples.between(FROM, FROM + DAYS_MS).map((sample) => ({ sample, shown: fault(sample) }))
}

function kwh(sample: Sample): number {
  return Number(sample.metrics.elec_submeter_kwh)
}

describe('a fault is asked for', () => {
  test.each([
    ['reordered', 'reorder'],
    ['wrong-clock', 'clock'],
    ['counter-reset', 'reset'],
    ['glitch-to-zero', 'glitch'],
    ...Object.keys(FAULTS).map((name) => [name, name]),
  ])('as %s', (word, name) => {
    expect(faultNamed(word)).toBe(name)
  })

  test.each(['', 'lat', 'constructor'])('and there is none called "%s"', (word) => {
    expect(faultNamed(word)).toBeUndefined()
  })
})

describe('after a fault of the way every message has been delivered', () => {
  const sent = messages(2000)
  const faults: Readonly<Record<string, SendFault>> = {
    late: late(KEY),
    duplicate: duplicate(KEY),
    reorder: reorder(KEY),
    disconnect: disconnect(KEY),
    'all together': (sends) => disconnect(KEY)(reorder(KEY)(late(KEY)(duplicate(KEY)(sends)))),
  }
  test.each(Object.entries(faults))('%s', async (_name, fault) => {
    const received = await passed(fault, sent)
    expect(new Set(received.map((send) => send.payload))).toEqual(new Set(sent.map((send) => send.payload)))
    expect(await passed(fault, sent)).toEqual(received)
  })

  it('some minutes to three hours late', async () => {
    const received = await passed(late(KEY), sent)
    expect(received).toHaveLength(sent.length)
    let newest = 0
    const lateness = received.map((send) => {
      newest = Math.max(newest, send.atMs)
      return newest - send.atMs
    })
    const lates = lateness.filter((ms) => ms > 0)
    expect(lates.length).toBeGreaterThan(50)
    expect(Math.min(...lates)).toBeGreaterThanOrEqual(120_000 - 60_000)
    expect(Math.max(...lates)).toBeLessThanOrEqual(3 * HOUR_MS)
    expect(Math.max(...lates)).toBeGreaterThan(HOUR_MS)
  })

  it('some of them twice', async () => {
    const received = await passed(duplicate(KEY), sent)
    expect(received.length - sent.length).toBeGreaterThan(50)
    expect(received.length - sent.length).toBeLessThan(150)
  })

  it('at most five places from where it was', async () => {
    const received = await passed(reorder(KEY), sent)
    const places = received.map((send, i) => Math.abs(Number(send.payload) - i))
    expect(Math.max(...places)).toBeGreaterThan(1)
    expect(Math.max(...places)).toBeLessThan(6)
  })

  it('though the connection breaks every few hours, never behind a message that is refused', async () => {
    const refused = sent.map((send, i) => (i % 7 === 0 ? { ...send, rejections: { bad_json: 1 } } : send))
    const received = await passed(disconnect(KEY), refused)
    const cuts = received.flatMap((send, i) => (send.isCut ? [i] : []))
    expect(cuts.length).toBeGreaterThanOrEqual(3)
    for (const cut of cuts) {
      const inFlight = received.slice(cut - IN_FLIGHT_MAX, cut + 1)
      expect(inFlight.flatMap((send) => Object.keys(send.rejections))).toEqual([])
    }
  })
})

describe('garbage', () => {
  test.each(METRIC_CLASSES)(
    'is refused by the decoder for the reason that is expected of it, under %s',
    async (kind) => {
      const received = await passed(garbage(KEY, kind), messages(3000))
      const broken = received.filter((send) => !/^\d+$/.test(send.payload))
      const reasons = broken.map((send) => {
        const [reason = null] = Object.keys(send.rejections)
        const incoming = { arrivedAt: send.atMs, retain: false, fullSizeBytes: null }
        const topic = `plants/p/l/m1/${kind}`
        const decoded = decode(
          { topic, payload: new TextEncoder().encode(send.payload), ...incoming },
          { registered: null },
        )
        expect(decoded.rejected.map((one) => one.reason)).toEqual(reason === null ? [] : [reason])
        return reason
      })
      expect(new Set(reasons)).toEqual(new Set(['bad_json', 'bad_schema', 'bad_unit', 'bad_value', null]))
    },
  )
})

describe('a register', () => {
  it('shows 0 once in each six hours, and goes on as if nothing had been', () => {
    const changed = befallen(glitch(samplesOf(meter('m1')), KEY, FROM)).filter(({ sample, shown }) => shown !== sample)
    expect(changed).toHaveLength(8)
    expect(changed.map(({ shown }) => kwh(shown!))).toEqual(Array(8).fill(0))
  })

  it('starts again from zero twice a day, and grows as before', () => {
    const shown = befallen(reset(samplesOf(meter('m1')), KEY, FROM)).map((one) => kwh(one.shown!))
    const steps = shown.slice(1).map((value, i) => Math.round((value - shown[i]!) * 1000) / 1000)
    expect(steps.filter((step) => step < 0)).toHaveLength(4)
    expect(new Set(steps.filter((step) => step >= 0))).toEqual(new Set([0.5]))
    expect(shown.filter((value) => value === 0)).toHaveLength(4)
  })

  it('has a past before it falls: nothing befalls it in the first half hour', () => {
    const quiet = FROM + DAYS_MS
    const samples = samplesOf(meter('m1'))
    for (const fault of [glitch(samples, KEY, quiet), reset(samples, KEY, quiet)]) {
      expect(befallen(fault).filter(({ sample, shown }) => shown !== sample)).toEqual([])
    }
  })
})

describe('a clock', () => {
  const startedAtMs = FROM + 1000 * HOUR_MS
  const halfHours = (ms: number) => Math.floor(ms / (HOUR_MS / 2))

  it('is by turns ahead of the present and minutes behind, each time within one half hour', () => {
    const fault = wrongClock(KEY, FROM, { startedAtMs, isOnlyAhead: false })
    const wrong = befallen(fault).filter(({ sample, shown }) => shown !== sample)
    const ahead = wrong.filter(({ sample, shown }) => shown!.ts > sample.ts)
    const behind = wrong.filter(({ sample, shown }) => shown!.ts < sample.ts)
    expect([ahead, behind].map((some) => new Set(some.map(({ sample }) => halfHours(sample.ts))).size)).toEqual([4, 4])
    for (const { shown } of ahead) expect(shown!.ts).toBeGreaterThan(startedAtMs + 86_400_000 - 1)
    for (const { sample, shown } of behind) {
      expect(sample.ts - shown!.ts).toBeGreaterThanOrEqual(240_000)
      expect(sample.ts - shown!.ts).toBeLessThan(430_000)
      expect(halfHours(shown!.ts)).toBe(halfHours(sample.ts))
      // Never an instant at which a true sample was taken.
      expect(shown!.ts % 1000).not.toBe(0)
    }
  })

  it('of a machine is never behind', () => {
    const wrong = befallen(wrongClock(KEY, FROM, { startedAtMs, isOnlyAhead: true }))
    expect(wrong.filter(({ sample, shown }) => shown!.ts < sample.ts)).toEqual([])
    expect(wrong.filter(({ sample, shown }) => shown!.ts > sample.ts).length).toBeGreaterThan(100)
  })
})

it('a silent device sends nothing for 25 to 95 minutes, twice a day', () => {
  const silent = befallen(silence(KEY, FROM)).filter(({ shown }) => shown === null)
  const begins = silent.filter(({ sample }, i) => sample.ts - (silent[i - 1]?.sample.ts ?? 0) > 15_000)
  expect(begins).toHaveLength(4)
  expect(silent.length * 15).toBeGreaterThan(4 * 24 * 60)
  expect(silent.length * 15).toBeLessThan(4 * 96 * 60)
})

describe('the faults of a plant', () => {
  it('leave one device of each class as it is, to compare with', () => {
    const devices = [...'abcde'].map(meterNamed).concat([samplesOf(robot('r1')), samplesOf(robot('r2'))])
    const plan = planOf(all, devices, 1)
    const untouched = devices.filter((one) => plan.get(one.device)?.names.length === 0)
    expect(untouched.map((one) => one.device.path.device)).toEqual(['d', 'e', 'r2'])
  })

  it('that touch the same figure fall on different devices', () => {
    const places = [0, 1, 2, 3].map((place) => namesFor(all, place, 6, false).filter((name) => !REPAIRABLE.has(name)))
    expect(places).toEqual([['garbage', 'glitch'], ['clock'], ['silence', 'reset'], []])
  })

  it('spare what could not be told apart: a lone register is not reset, and who speaks on change is not silenced', () => {
    expect(namesFor(all, 0, 1, false)).not.toContain('reset')
    expect(namesFor(new Set(['reset']), 0, 1, false)).toEqual(['reset'])
    expect(namesFor(all, 0, 1, true)).not.toContain('silence')
    expect(namesFor(all, 0, 1, false)).toContain('silence')
  })

  it('befall first the devices from which something is reckoned', () => {
    const plan = planOf(
      new Set<FaultName>(['glitch']),
      [samplesOf(meter('pv', 'renew_onsite_kwh')), meterNamed('b')],
      1,
    )
    expect([...plan].filter(([, faults]) => faults.names.length > 0).map(([device]) => device.path.device)).toEqual([
      'b',
    ])
  })

  it('cost nothing where there are none: no device is asked what it shows', () => {
    const asked = vi.fn(() => [])
    const device = { ...meter('m1'), samples: asked }
    expect(planOf(new Set(), [samplesOf(device)], 1).get(device)?.names).toEqual([])
    expect(asked).not.toHaveBeenCalled()
    planOf(all, [samplesOf(device)], 1)
    expect(asked).toHaveBeenCalled()
  })
})

describe('what a device sends', () => {
  it('is the same in every run with one seed, and another with another', async () => {
    const played = async (seed: number) => payloadsOf(seed, all)
    expect(await played(1)).toEqual(await played(1))
    expect(await played(1)).not.toEqual(await played(2))
  })

  it('is all that it samples, and nothing else, when nothing befalls it', async () => {
    const elements = (await payloadsOf(1, new Set())).flatMap((payload) => JSON.parse(payload) as Sample[])
    expect(elements.map((one) => one.ts)).toEqual(
      samplesOf(meter('m1'))
        .between(FROM, FROM + DAYS_MS + 1)
        .map((one) => one.ts),
    )
  })

  it('counts the elements whose clock is ahead as refused', async () => {
    const samples = samplesOf(stack('s1'))
    const faults = faultsOf(['clock'], samples, 1)
    let refused = 0
    let ahead = 0
    for await (const send of source(samples, faults.ofSamples)) {
      refused += send.rejections.ts_future ?? 0
      const elements = [JSON.parse(send.payload)].flat() as Sample[]
      ahead += elements.filter((one) => one.ts > samples.timetable.startedAtMs).length
    }
    expect(refused).toBe(ahead)
    expect(refused).toBeGreaterThan(100)
  })
})

function meterNamed(id: string) {
  return samplesOf(meter(id))
}

const late1000h: Clock = { ...systemClock, nowMs: () => FROM + 1000 * HOUR_MS }

function source(samples: ReturnType<typeof samplesOf>, faults: readonly SampleFault[]) {
  const signal = new AbortController().signal
  return sendsOf({ samples, faults, looksMax: 20, clock: late1000h, signal, onCovered: () => {} })
}

async function payloadsOf(seed: number, names: ReadonlySet<FaultName>): Promise<string[]> {
  const samples = samplesOf(meter('m1'))
  const faults = faultsOf([...names], samples, seed)
  const payloads: string[] = []
  const sends = faults.ofSends.reduce<AsyncIterable<{ payload: string }>>(
    (before, fault) => fault(before as Parameters<SendFault>[0]),
    source(samples, faults.ofSamples),
  )
  for await (const send of sends) payloads.push(send.payload)
  return payloads
}
