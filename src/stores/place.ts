/** Places up to which a store has been given everything; they are not reached yet themselves. */
export interface StorePlace {
  /** Position in the journal. */
  readonly position: number
  /** Number of a change of a point. */
  readonly change: number
}

/** A period that is written once more. */
export interface Refill {
  readonly fromMs: number
  readonly toMs: number
  /** Readings from here on are still to be written; those that came with later places come anyway. */
  readonly readingsFromMs: number
  readonly pointsFromMs: number
  readonly before: number
  /** Readings and points that have been written so far. */
  readonly readings: number
  readonly points: number
  readonly isDone: boolean
}

/** State that is kept of a store, saved with each batch it has taken. */
export interface DeliveryProgress extends StorePlace {
  readonly mark: string
  /** Time at which the mark was left last, epoch ms; null before it was. */
  readonly markedAtMs: number | null
  readonly refill: Refill | null
}

/** A period is being written once more. */
export function isRefilling({ refill }: DeliveryProgress): boolean {
  return refill !== null && !refill.isDone
}
