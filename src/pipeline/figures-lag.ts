/** Figures are behind what has arrived by so much, ms; 0 when nothing waits. */
export interface FiguresLag {
  /** Without samples of the past that came late: these are computed behind what is live. */
  readonly liveMs: number
  /** With them. */
  readonly wholeMs: number
}

/** Since when something waits, epoch ms; null where nothing does. */
export interface WaitingSince {
  /** In the journal. */
  readonly unreadMs: number | null
  /** For the next cycle. */
  readonly samplesMs: number | null
  /** Behind what is live. */
  readonly lateMs: number | null
}

export function figuresLag(nowMs: number, { unreadMs, samplesMs, lateMs }: WaitingSince): FiguresLag {
  const liveMs = Math.max(0, nowMs - (unreadMs ?? nowMs), nowMs - (samplesMs ?? nowMs))
  return { liveMs, wholeMs: Math.max(liveMs, nowMs - (lateMs ?? nowMs)) }
}
