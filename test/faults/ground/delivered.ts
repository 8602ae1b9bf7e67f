import { randomStream } from '../../../simulators/random.js'
import type { StoreBatch, WriteOutcome } from '../../../src/stores/store.js'
import { Bench, reading } from '../../support/engine.js'
import { until } from '../../support/gateway.js'
import { Delivered, ScriptedStore } from '../../support/scripted-store.js'

const TS = Date.UTC(2026, 0, 5)
const READINGS = 40
const STEP_MS = 1000

/** A server that stops answering in the middle: what was sent to it then has not arrived. */
class HangingStore extends ScriptedStore {
  isHanging = false
  isAsked = false

  override async write(batch: StoreBatch): Promise<WriteOutcome> {
    if (!this.isHanging) return super.write(batch)
    this.isAsked = true
    return new Promise(() => undefined)
  }
}

/** The fault: what was sent counts as stored before the server has answered. */
export function answerEarly(store: ScriptedStore): void {
  const write = store.write.bind(store)
  store.write = async (batch) => {
    void write(batch)
    return { kind: 'stored', refused: [] }
  }
}

/**
 * A gateway that is killed while its store hangs, and delivers to the same server after its restart; one sentence for each
 * reading that the server does not hold then.
 */
export async function lifeWithHangingStore(
  seed: number,
  change: (store: ScriptedStore) => void = () => undefined,
): Promise<string[]> {
  const random = randomStream('hanging', seed)
  const bench = await Bench.open()
  try {
    const server = new HangingStore()
    const commit = (from: number, to: number) =>
      bench.commit(
        Array.from({ length: to - from }, (_, i) =>
          reading({ metric: 'elec_import_kwh', ts: TS + (from + i) * STEP_MS, value: from + i }),
        ),
      )
    const before = 1 + Math.floor(random() * (READINGS - 2))
    await commit(0, before)
    const delivered = Delivered.of(bench, server)
    await delivered.run()
    server.isHanging = true
    change(server)
    await commit(before, READINGS)
    // Nobody waits for it: its process is killed while it waits.
    const cutOff = delivered.run()
    await Promise.race([cutOff, until(() => server.isAsked, undefined, 1)])

    await bench.restart()
    const afterwards = new ScriptedStore()
    for (const [key, value] of server.rows) afterwards.rows.set(key, value)
    afterwards.marks = server.marks
    await Delivered.of(bench, afterwards).run()
    return Array.from({ length: READINGS }, (_, n) => n).flatMap((n) => {
      const held = afterwards.rows.get(`l/m1 elec_import_kwh ${TS + n * STEP_MS}`)
      return held === n ? [] : [`the store holds ${held} for reading ${n}`]
    })
  } finally {
    await bench.close()
  }
}
