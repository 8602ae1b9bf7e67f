import { randomStream } from '../../../simulators/random.js'
import { OccupiedTimes } from '../../../src/archive/occupied-times.js'
import { readingOf } from '../../bench/load/packets.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import type { MeterOrder } from '../ledger/order.js'
import { figureDifferences, readingDifferences } from '../ledger/truth.js'

const FIRST_TS = Date.UTC(2026, 0, 5)
const STEP_MS = 10_000
const MESSAGES = 1200
/** Sent again, from anywhere in the past, with each block. */
const AGAIN = 30
const BLOCKS = 6
const metric = 'elec_import_kwh'
const meter: MeterOrder = {
  device: 'm1',
  topic: '',
  metrics: [metric],
  samples: 1,
  window: 1,
  firstTs: FIRST_TS,
  stepMs: STEP_MS,
}

/** Runs something with an archive that does not look up whether it has a reading already. */
export async function withoutLookup<T>(run: () => Promise<T>): Promise<T> {
  const real = OccupiedTimes.prototype.mayHold
  OccupiedTimes.prototype.mayHold = () => false
  try {
    return await run()
  } finally {
    OccupiedTimes.prototype.mayHold = real
  }
}

/**
 * A meter that sends what it has sent already, hours later and over a restart; in what the readings and figures differ from
 * those of a meter that sent each once.
 */
export async function lifeWithRepeats(seed: number): Promise<string[]> {
  const random = randomStream('repeats', seed)
  const plant = plantOf({
    kpis: ['energy_elec_import'],
    lines: [{ id: 'l' }],
    devices: [{ id: meter.device, line: 'l', metrics: { [metric]: { period_s: STEP_MS / 1000 } } }],
  })
  const bench = await Bench.open([plant], FIRST_TS)
  try {
    const sent = (n: number, nowN: number) =>
      reading({ metric, ts: FIRST_TS + n * STEP_MS, value: readingOf(n), receivedAt: FIRST_TS + nowN * STEP_MS })
    const each = MESSAGES / BLOCKS
    for (let block = 0; block < BLOCKS; block++) {
      const end = (block + 1) * each
      const again = Array.from({ length: AGAIN }, () => sent(Math.floor(random() * end), end))
      await bench.feed([...Array.from({ length: each }, (_, i) => sent(block * each + i, end)), ...again])
      if (block === BLOCKS / 2) await bench.restart()
    }
    const booked = new Map([[meter.device, { sent: MESSAGES, acknowledged: MESSAGES }]])
    return [...(await readingDifferences(bench, [meter], booked)), ...(await figureDifferences(bench, [meter]))]
  } finally {
    await bench.close()
  }
}
