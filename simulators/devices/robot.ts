import type { DevicePath } from '../../src/base/topic.js'
import type { Count, Situation } from '../physics/robot-day.js'
import type { RobotHistory } from '../physics/robot-history.js'
import type { Sample, SimulatedDevice } from '../plant.js'
import { instants } from '../samples.js'

/** Counters that have changed are sent this often at most; a fast robot would otherwise send each of its cycles. */
const COUNTERS_MS = 15_000
/** A robot repeats all that it knows this often, at rest too. */
const HEARTBEAT_MS = 600_000

type Metrics = Sample['metrics']

function situationMetrics({ state, orderActive }: Situation): Metrics {
  return { state, order_active: orderActive }
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

  constructor(path: DevicePath, history: RobotHistory) {
    this.path = path
    this.#history = history
  }

  samples(fromMs: number, toMs: number): Sample[] {
    const sent = new Map<number, Metrics>()
    for (const situation of this.#history.situations(fromMs, toMs)) {
      sent.set(situation.tsMs, situationMetrics(situation))
    }
    for (const ts of instants(fromMs, toMs, COUNTERS_MS)) {
      const count = this.#history.countAt(ts)
      if (ts % HEARTBEAT_MS === 0) {
        sent.set(ts, { ...situationMetrics(this.#history.situationAt(ts)), ...countMetrics(count) })
      } else if (this.#history.countAt(ts - COUNTERS_MS).cycles !== count.cycles) {
        sent.set(ts, { ...sent.get(ts), ...countMetrics(count) })
      }
    }
    return [...sent].sort(([a], [b]) => a - b).map(([ts, metrics]) => ({ ts, metrics }))
  }
}

/** A machine that is asked what it does, period by period: what lies between two questions it does not tell. */
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
    return instants(fromMs, toMs, periodMs).map((ts) => ({
      ts,
      metrics: { ...situationMetrics(this.#history.situationAt(ts)), ...countMetrics(this.#history.countAt(ts)) },
    }))
  }
}
