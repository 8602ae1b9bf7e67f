import type { MetricClass } from '../../src/base/metrics.js'
import type { RejectReason } from '../../src/base/reasons.js'
import { randomStream } from '../random.js'
import type { Send, SendFault } from '../sends.js'
import type { Key } from './key.js'

const GARBAGE_SHARE = 0.03

/** A metric of each class, for messages that are wrong in nothing but what they are meant to be wrong in. */
const METRIC: Readonly<Record<MetricClass, string>> = {
  energy: 'elec_import_kw',
  emissions: 'co_mgm3',
  robot: 'cycle_time_s',
  production: 'cycle_time_s',
}

/** Payloads that come of a broken device, each with the one reason for which it is refused; null when it is taken. */
const KINDS: readonly {
  readonly reason: RejectReason | null
  payload(ts: number, metric: string): string
}[] = [
  { reason: 'bad_json', payload: (ts, metric) => `{"ts":${ts},"metrics":{"${metric}":` },
  { reason: 'bad_json', payload: () => '' },
  { reason: 'bad_json', payload: (ts, metric) => `{"ts":${ts},"metrics":{"${metric}":NaN}}` },
  { reason: 'bad_schema', payload: () => '[]' },
  { reason: 'bad_schema', payload: (_ts, metric) => JSON.stringify({ ts: 'yesterday', metrics: { [metric]: 1 } }) },
  { reason: 'bad_schema', payload: (ts, metric) => JSON.stringify({ ts, metrics: [metric, 1] }) },
  {
    reason: 'bad_unit',
    payload: (ts, metric) => JSON.stringify({ ts, metrics: { [metric]: 1 }, units: { [metric]: 'furlong' } }),
  },
  { reason: 'bad_value', payload: (ts, metric) => JSON.stringify({ ts, metrics: { [metric]: 1e16 } }) },
  // Fields and metrics that nobody knows are no fault.
  { reason: null, payload: (ts) => JSON.stringify({ ts, firmware: '7.1', metrics: { vendor_word: 3 } }) },
]

/** Between the messages come some that no gateway can use. */
export function garbage(key: Key, kind: MetricClass): SendFault {
  return async function* (sends) {
    const random = randomStream(...key, 'garbage')
    for await (const send of sends) {
      yield send
      if (random() < GARBAGE_SHARE) yield broken(send.atMs, METRIC[kind], random())
    }
  }
}

function broken(atMs: number, metric: string, draw: number): Send {
  const { reason, payload } = KINDS[Math.floor(draw * KINDS.length)]!
  return {
    atMs,
    payload: payload(atMs, metric),
    elements: 1,
    rejections: reason === null ? {} : { [reason]: 1 },
    isCut: false,
  }
}
