import type { Track } from './track.js'

/** Late samples of one track that its sums do not hold yet. */
export interface Late {
  /** Event times, epoch ms: the first and the last of them. */
  readonly fromMs: number
  readonly toMs: number
  /** Journal position of the first that came. */
  readonly position: number
}

/** Notes that a track has new samples: from when to when, and the first record they came in. */
export function mark(marks: Map<Track, Late>, track: Track, fromMs: number, toMs: number, position: number): void {
  const before = marks.get(track)
  marks.set(track, {
    fromMs: Math.min(fromMs, before?.fromMs ?? Infinity),
    toMs: Math.max(toMs, before?.toMs ?? -Infinity),
    position: Math.min(position, before?.position ?? Infinity),
  })
}
