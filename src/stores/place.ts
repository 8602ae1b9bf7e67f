/** How far a store has been given everything: places that are not reached yet. */
export interface StorePlace {
  /** Of the journal. */
  readonly position: number
  /** Of the numbers of changed points. */
  readonly change: number
}

/** A stretch of time that is written once more. */
export interface Refill {
  readonly fromMs: number
  readonly toMs: number
  /** Readings from here on are still to be written; those that came with later places come anyway. */
  readonly readingsFromMs: number
  readonly pointsFromMs: number
  readonly before: number
  /** What has been written so far. */
  readonly readings: number
  readonly points: number
  readonly isDone: boolean
}

/** What is kept of a store, saved with each batch it has taken. */
export interface Saved extends StorePlace {
  readonly mark: string
  /** When the mark was left last, epoch ms; null before it was. */
  readonly markedAtMs: number | null
  readonly refill: Refill | null
}

/** A stretch of time is being written once more. */
export function isRefilling({ refill }: Saved): boolean {
  return refill !== null && !refill.isDone
}
