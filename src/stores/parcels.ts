import type { Stream } from '../kpi/windows/point.js'
import { BatchSamples, type ClosedTimeRange } from './batch-samples.js'
import type { DuckdbStore } from './duckdb.js'
import type { PointPiece, StoreOutbox } from './outbox.js'
import { type DeliveryProgress, isRefilling, type Refill, type StorePlace } from './place.js'
import type { RefusalKey, RefusedItemRecord } from './refusals.js'
import type { SampleSource } from './sample.js'
import type { ItemRefusal, StoreBatch } from './store.js'
import type { AxisPiece } from './stride.js'

/** One batch on its way: what it holds, and what is to be saved once it is there. */
export interface Parcel {
  readonly batch: StoreBatch
  /** The samples of the batch. */
  readonly samples: BatchSamples
  /** Period of each source and stream in the batch: two batches that reach into nothing together may be under way at once. */
  readonly reach: ReadonlyMap<SampleSource | Stream, ClosedTimeRange>
  readonly from: DeliveryProgress
  readonly after: DeliveryProgress
  /** There was as much as fits; the next one need not wait for more to come. */
  readonly isMore: boolean
  /** Nothing but ticks has come. */
  readonly isEmpty: boolean
}

/** Makes up the batches of one store: what is new, and in turn with it what is written once more. */
export class Parcels {
  readonly #outbox: StoreOutbox
  readonly #head: () => StorePlace
  #isAgainsTurn = false

  /** @param head how far there is something to be given */
  constructor(outbox: StoreOutbox, head: () => StorePlace) {
    this.#outbox = outbox
    this.#head = head
  }

  /** The next batch after a place; empty when there is none. */
  async after(from: DeliveryProgress): Promise<Parcel> {
    this.#isAgainsTurn = isRefilling(from) && !this.#isAgainsTurn
    if (from.refill !== null && this.#isAgainsTurn) return this.#readAgain(from, from.refill)
    const until = this.#head()
    const [readings, points] = await Promise.all([
      this.#outbox.readings(from.position, until.position),
      this.#outbox.points(from.change, until.change),
    ])
    const after = {
      ...from,
      position: readings?.to ?? Math.max(from.position, until.position),
      change: points?.to ?? Math.max(from.change, until.change),
    }
    // Nothing new: the turn is the other's.
    if (readings === null && points === null && from.refill !== null && isRefilling(from)) {
      return this.#readAgain(after, from.refill)
    }
    const isMore = after.position < until.position || after.change < until.change || isRefilling(from)
    return parcelOf(readings, points, { from, after, isMore })
  }

  /** The next batch of a period that is written once more. */
  async #readAgain(from: DeliveryProgress, refill: Refill): Promise<Parcel> {
    const { toMs, before } = refill
    const readings = await this.#outbox.readingsAgain(refill.readingsFromMs, toMs, before)
    const points = await this.#outbox.pointsAgain(refill.pointsFromMs, toMs)
    const next: Refill = {
      ...refill,
      readingsFromMs: readings?.to ?? toMs,
      pointsFromMs: points?.to ?? toMs,
      readings: refill.readings + (readings?.rows.readings ?? 0),
      points: refill.points + (points?.rows.points.length ?? 0),
      isDone: readings === null && points === null,
    }
    // The last step is saved too, though it has nothing to write.
    return {
      ...parcelOf(readings, points, { from, after: { ...from, refill: next }, isMore: true }),
      isEmpty: false,
    }
  }
}

const NO_SAMPLES = new BatchSamples(0, () => '')

function parcelOf(
  readings: AxisPiece<BatchSamples> | null,
  points: AxisPiece<PointPiece> | null,
  of: Pick<Parcel, 'from' | 'after' | 'isMore'>,
): Parcel {
  const samples = readings?.rows ?? NO_SAMPLES
  return {
    batch: {
      samples,
      points: points?.rows.points ?? [],
      erased: points?.rows.erased ?? [],
      alarms: points?.rows.alarms ?? [],
    },
    samples,
    reach: reachOf(samples, points?.rows),
    ...of,
    isEmpty: readings === null && points === null,
  }
}

type Ids = Pick<DuckdbStore, 'idOf'>

/** Everything that a parcel holds. */
export function keysOf({ batch, samples }: Parcel, points: Ids): readonly RefusalKey[] {
  const ofReadings: RefusalKey[] = []
  for (let i = 0; i < samples.length; i++) {
    const ts = samples.tsAt(i)
    for (const seriesId of samples.seriesIdsAt(i)) ofReadings.push({ seriesId, streamId: null, ts })
  }
  return [
    ...ofReadings,
    ...batch.points.map(({ stream, startMs }) => ({
      seriesId: null,
      streamId: points.idOf(stream) ?? null,
      ts: startMs,
    })),
  ]
}

/** Makes of a refusal what is kept of it. */
export function refusedOf(refusal: ItemRefusal, { batch, samples }: Parcel, points: Ids): RefusedItemRecord {
  const { index, detail } = refusal
  if (refusal.of === 'point') {
    const { stream, startMs, provisional } = batch.points[index]!
    return { seriesId: null, streamId: points.idOf(stream) ?? null, ts: startMs, isFinal: !provisional, detail }
  }
  const seriesId = samples.seriesIdsAt(index)[samples.at(index)!.metrics.indexOf(refusal.metric)]!
  return { seriesId, streamId: null, ts: samples.tsAt(index), isFinal: true, detail }
}

/** True when two batches have no reading, no quality and no window in common. */
export function areApart(a: Parcel, b: Parcel): boolean {
  for (const [series, { fromMs, toMs }] of a.reach) {
    const other = b.reach.get(series)
    if (other !== undefined && fromMs <= other.toMs && other.fromMs <= toMs) return false
  }
  return true
}

function reachOf(samples: BatchSamples, points: PointPiece | undefined): Parcel['reach'] {
  const reach = new Map<SampleSource | Stream, ClosedTimeRange>(samples.reach)
  for (const { stream, startMs } of [...(points?.points ?? []), ...(points?.erased ?? [])]) {
    const known = reach.get(stream)
    const [fromMs, toMs] = [Math.min(startMs, known?.fromMs ?? startMs), Math.max(startMs, known?.toMs ?? startMs)]
    reach.set(stream, { fromMs, toMs })
  }
  return reach
}
