import type { Clock } from '../../src/base/clock.js'
import { Delivery, type DeliveryDeps, progressName } from '../../src/stores/delivery.js'
import { StoreOutbox } from '../../src/stores/outbox.js'
import type { DeliveryProgress } from '../../src/stores/place.js'
import { StoreRefusals } from '../../src/stores/refusals.js'
import type { Busy, ItemRefusal, Store, StoreBatch, WriteOutcome } from '../../src/stores/store.js'
import type { Bench } from './engine.js'

/**
 * A fake server, for answers that a real one gives only in its worst hours: it keeps what it is given in a map and
 * answers as a test says. Real servers are in test/conformance and test/faults.
 */
export class ScriptedStore implements Store {
  readonly name = 'scripted'
  readonly type = 'influxdb1'
  /** By `line/device metric ts`: value, and by `scope/id kpi window start`: value. */
  readonly rows = new Map<string, number | string | null>()
  readonly qualities = new Map<string, string>()
  readonly batches: StoreBatch[] = []
  marks = new Set<string>()
  /** Answers to the next writes, first in, first out, before writes are taken again. */
  answers: (Busy | 'lost')[] = []
  refuses: (key: string) => boolean = () => false

  async prepare(mark: string): Promise<{ kind: 'ready'; isMarked: boolean } | Busy> {
    return { kind: 'ready', isMarked: this.marks.has(mark) }
  }
  async leaveMark(mark: string): Promise<{ kind: 'ready'; atMs: number }> {
    this.marks.add(mark)
    return { kind: 'ready', atMs: 0 }
  }
  async write(batch: StoreBatch): Promise<WriteOutcome> {
    const answer = this.answers.shift()
    // 'lost': it takes all of it, and the answer does not arrive.
    if (answer !== undefined && answer !== 'lost') return answer
    // Its samples are given back when it has arrived.
    this.batches.push({ ...batch, samples: [...batch.samples] })
    const refused: ItemRefusal[] = []
    for (const { stream, startMs } of batch.erased)
      this.rows.delete(`${stream.id} ${stream.kpi} ${stream.window} ${startMs}`)
    ;[...batch.samples].forEach(({ source, ts, metrics, values, qualities }, index) => {
      metrics.forEach((metric, i) => {
        const key = `${source.line}/${source.device} ${metric} ${ts}`
        if (this.refuses(key)) refused.push({ of: 'reading', index, metric, detail: 'field type conflict' })
        else this.rows.set(key, values[i]!)
      })
      this.qualities.set(`${source.device} ${ts}`, JSON.stringify(qualities))
    })
    batch.points.forEach(({ stream, startMs, value }, index) => {
      const key = `${stream.id} ${stream.kpi} ${stream.window} ${startMs}`
      if (this.refuses(key)) refused.push({ of: 'point', index, detail: 'too many series' })
      else this.rows.set(key, value)
    })
    return answer === 'lost' ? { kind: 'busy', retryAfterMs: null, reason: 'timeout' } : { kind: 'stored', refused }
  }
  async points(): Promise<never[]> {
    return []
  }
  async readings(): Promise<never[]> {
    return []
  }
  close(): void {}
}

export class Delivered {
  readonly pausesMs: number[] = []
  readonly said: string[] = []
  nowMs = 1e12
  private constructor(
    readonly bench: Bench,
    readonly store: ScriptedStore,
  ) {}

  static of(bench: Bench, store = new ScriptedStore()): Delivered {
    return new Delivered(bench, store)
  }

  /** A delivery as a start of the gateway makes it, run until the store has everything. */
  async run(of: Partial<DeliveryDeps> = {}, again?: { fromMs: number; toMs: number }): Promise<Delivery> {
    const { database, archive, store: points } = this.bench
    const clock: Clock = {
      nowMs: () => this.nowMs,
      sleep: async (ms) => {
        this.pausesMs.push(ms)
        this.nowMs += ms
      },
    }
    const saved = await archive.progress<DeliveryProgress>(progressName(this.store.name))
    if (saved !== null) points.startAt(saved.change)
    const delivery = new Delivery({
      clock,
      random: () => 0,
      database,
      archive,
      outbox: new StoreOutbox(database, archive, points),
      store: this.store,
      points,
      refusals: await StoreRefusals.open(database, this.store.name),
      saved: saved ?? { mark: 'm', markedAtMs: null, position: 0, change: 0, refill: null },
      batchAgeMs: 1000,
      seriesMax: 1000,
      given: [],
      head: () => ({ position: this.bench.nextPosition, change: points.changesEnd }),
      log: (_, text) => this.said.push(text),
      ...of,
    })
    if (again !== undefined) await delivery.writeAgain(again.fromMs, again.toMs)
    await delivery.run(new AbortController().signal, () => delivery.hasBegun && delivery.isCurrent)
    return delivery
  }
}
