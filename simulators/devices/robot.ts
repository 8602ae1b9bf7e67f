import type { DevicePath } from '../../src/base/topic.js'
import type { Count, Situation } from '../physics/robot-day.js'
import type { RobotHistory } from '../physics/robot-history.js'
import type { Sample, SampleEvent, SimulatedDevice } from '../plant.js'
import { instants } from '../samples.js'

/** Counters that have changed are sent this often at most; a fast robot would otherwise send each of its cycles. */
const COUNTERS_MS = 15_000
/** A robot repeats all that it knows this often, at rest too. */
const HEARTBEAT_MS = 600_000

type Metrics = Sample['metrics']

/** States in which someone works by hand at a robot that stands, the door of its cell open. */
const BY_HAND: ReadonlySet<string> = new Set(['Aborted', 'Clearing'])

function situationMetrics({ state, orderActive }: Situation): Metrics {
  return { state, order_active: orderActive }
}

function robotMetrics(situation: Situation): Metrics {
  const mode = BY_HAND.has(situation.state) ? 'MANUAL_REDUCED_SPEED' : 'AUTOMATIC'
  return { ...situationMetrics(situation), op_mode: mode }
}

function countMetrics({ cycles, good, reject }: Count): Metrics {
  return { cycle_count: cycles, parts_good: good, parts_reject: reject }
}

/** A robot that speaks when something changes. */
export class OnChangeRobot implements SimulatedDevice {
  readonly path: DevicePath
  readonly class = 'robot'
  readonly isOnChange = true
  readonly #history: RobotHistory
  /** Name of the step at whose end a test checks what the robot does; null where nothing is checked. */
  readonly #checks: string | null

  constructor(path: DevicePath, history: RobotHistory, checks: string | null = null) {
    this.path = path
    this.#history = history
    this.#checks = checks
  }

  samples(fromMs: number, toMs: number): Sample[] {
    const sent = new Map<number, Metrics>()
    for (const situation of this.#history.situations(fromMs, toMs)) {
      sent.set(situation.tsMs, robotMetrics(situation))
    }
    for (const ts of instants(fromMs, toMs, COUNTERS_MS)) {
      const count = this.#history.countAt(ts)
      if (ts % HEARTBEAT_MS === 0) {
        sent.set(ts, { ...robotMetrics(this.#history.situationAt(ts)), ...countMetrics(count) })
      } else if (this.#history.countAt(ts - COUNTERS_MS).cycles !== count.cycles) {
        sent.set(ts, { ...sent.get(ts), ...countMetrics(count) })
      }
    }
    const events = this.#events(fromMs, toMs)
    return [...new Set([...sent.keys(), ...events.keys()])]
      .sort((a, b) => a - b)
      .map((ts) => {
        const happened = events.get(ts)
        return { ts, metrics: sent.get(ts) ?? {}, ...(happened === undefined ? {} : { events: happened }) }
      })
  }

  #events(fromMs: number, toMs: number): ReadonlyMap<number, readonly SampleEvent[]> {
    const { device } = this.path
    const events = new Map<number, SampleEvent[]>()
    const add = (ts: number, event: SampleEvent) => events.set(ts, [...(events.get(ts) ?? []), event])
    for (const { tsMs, number, product } of this.#history.orders(fromMs, toMs)) {
      add(tsMs, { id: `order-${number}`, type: 'order', status: 'start', product, order: `${device}-${number}` })
    }
    if (this.#checks === null) return events
    for (const { tsMs, serial, isGood } of this.#history.pieces(fromMs, toMs)) {
      const result = isGood ? 'pass' : 'fail'
      add(tsMs, { id: `check-${serial}`, type: 'serial_result', serial, op: this.#checks, result })
    }
    return events
  }
}

/** A machine that is asked less often than this keeps in mind what has changed in between. */
const KEEPS_MS = 60_000

/** A machine that is asked what it does, period by period: what lies between two questions of a minute or less it does not tell. */
export class PolledMachine implements SimulatedDevice {
  readonly path: DevicePath
  readonly class = 'production'
  readonly isOnChange = false
  readonly #history: RobotHistory

  constructor(path: DevicePath, history: RobotHistory) {
    this.path = path
    this.#history = history
  }

  samples(fromMs: number, toMs: number, periodMs: number): Sample[] {
    const changes = periodMs <= KEEPS_MS ? [] : this.#history.situations(fromMs, toMs).map(({ tsMs }) => tsMs)
    const asked = instants(fromMs, toMs, periodMs)
    return [...new Set([...asked, ...changes])]
      .sort((a, b) => a - b)
      .map((ts) => ({
        ts,
        metrics: { ...situationMetrics(this.#history.situationAt(ts)), ...countMetrics(this.#history.countAt(ts)) },
      }))
  }
}
