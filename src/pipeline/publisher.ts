import type { DuckDBConnection } from '@duckdb/node-api'
import { saveProgress } from '../archive/archive.js'
import type { Clock } from '../base/clock.js'
import type { KpiPoint } from '../base/kpi.js'
import type { Alarms } from '../kpi/alarms/alarms.js'
import type { UnsavedAlarms } from '../kpi/alarms/register.js'
import type { CycleResult } from '../kpi/cycle-result.js'
import type { Engine } from '../kpi/engine.js'
import { type Point, type Stream, toWire } from '../kpi/windows/point.js'
import type { DuckdbStore } from '../stores/duckdb.js'
import { WriteDurations } from '../stores/durations.js'

/** Provisional points go to the store at most this often; those of a minute never do. */
const PROVISIONAL_MS = 10_000
/** More of them wait for the next write: with hundreds of devices they would be most of what is written, in transactions of seconds. */
const PROVISIONAL_MAX = 10_000

/**
 * Results on their way out: final points into the store, in one transaction with the engine's own progress and the alarms that
 * they make, then all of them to whoever listens. Of provisional points the newest one a stream waits for the store, so what
 * waits is bounded by the plants.
 */
export class Publisher {
  readonly #store: DuckdbStore
  readonly #engine: Engine
  readonly #alarms: Alarms
  readonly #clock: Clock
  readonly #listeners = new Set<(points: readonly KpiPoint[]) => void>()
  /** Start of the window of each, epoch ms. The point itself is kept once, where the engine has its open windows. */
  readonly #provisional = new Map<Stream, number>()
  #provisionalAtMs = 0
  #pointsWritten = 0
  readonly #durations = new WriteDurations()

  constructor(store: DuckdbStore, engine: Engine, alarms: Alarms, clock: Clock) {
    this.#store = store
    this.#engine = engine
    this.#alarms = alarms
    this.#clock = clock
  }

  /** Points that the store has taken since the start, rewritten ones counted again. */
  get pointsWritten(): number {
    return this.#pointsWritten
  }

  listen(listener: (points: readonly KpiPoint[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async publish({ final, provisional, dropped }: CycleResult): Promise<void> {
    if (dropped.length > 0) await this.#store.remove(dropped)
    for (const { stream, startMs } of provisional) {
      if (stream.window !== '1m') this.#provisional.set(stream, startMs)
    }
    const due = [...this.#dueProvisional(), ...final]
    await this.#alarms.judge({ final, provisional }, this.#engine.nowMs, this.#engine.isLatePending)
    const unsaved = this.#alarms.takeUnsaved()
    if (due.length > 0 || unsaved !== null || this.#engine.redo.isUnsaved) await this.#write(due, unsaved)
    this.#engine.stored(final)
    if (unsaved !== null) this.#alarms.tell(unsaved)
    if (final.length + provisional.length === 0 || this.#listeners.size === 0) return
    const points = [...final, ...provisional].map(toWire)
    for (const listener of this.#listeners) listener(points)
  }

  #dueProvisional(): readonly Point[] {
    const nowMs = this.#clock.nowMs()
    if (this.#provisional.size === 0 || Math.abs(nowMs - this.#provisionalAtMs) < PROVISIONAL_MS) return []
    this.#provisionalAtMs = nowMs
    const due: Point[] = []
    // Points that have waited longest stand first. A window that has become final since is final in the store already.
    for (const [stream, startMs] of this.#provisional) {
      if (due.length === PROVISIONAL_MAX) break
      this.#provisional.delete(stream)
      const point = this.#engine.firstOpen({ stream, startMs })
      if (point !== null) due.push(point)
    }
    return due
  }

  /** Durations of writes into the database. */
  get durations(): WriteDurations['figures'] {
    return this.#durations.figures
  }

  async #write(points: readonly Point[], unsaved: UnsavedAlarms | null): Promise<void> {
    const startMs = this.#clock.nowMs()
    const { checkpoints, restatements } = this.#engine
    const added = { checkpoints: checkpoints.takeUnsaved(), restatements: restatements.takeUnsaved() }
    const progress = this.#engine.progress()
    this.#engine.redo.saved()
    const alongside = async (connection: DuckDBConnection, firstChange: number) => {
      await checkpoints.save(connection, added.checkpoints)
      await restatements.save(connection, added.restatements)
      await saveProgress(connection, 'kpi', progress)
      if (unsaved !== null) await this.#alarms.save(connection, unsaved, firstChange)
    }
    await this.#store.writeWith(points, alongside, unsaved?.changes.length)
    this.#durations.add(this.#clock.nowMs() - startMs)
    this.#pointsWritten += points.length
  }
}
