/** A bucket that leaks all the time: what is poured in, and how full it was when. */
export interface Bucket {
  level: number
  /** Time of `level` by a clock that only goes forward, ms. */
  atMs: number
}

/** Gives how full it is by now, after it has lost `perSecond` of what it held. */
export function levelOf({ level, atMs }: Bucket, perSecond: number, nowMs: number): number {
  return Math.max(0, level - ((nowMs - atMs) / 1000) * perSecond)
}

/** @returns how full it is with it */
export function pour(bucket: Bucket, amount: number, perSecond: number, nowMs: number): number {
  bucket.level = levelOf(bucket, perSecond, nowMs) + amount
  bucket.atMs = nowMs
  return bucket.level
}

/** Puts a value at the end of a map that holds so many at most, also one that is in it; the one that was put longest ago goes for it. */
export function putBounded<T>(map: Map<string, T>, key: string, value: T, countMax: number): void {
  // A key that is there would stay where it first stood, and go while it is used.
  map.delete(key)
  if (map.size >= countMax) map.delete(map.keys().next().value as string)
  map.set(key, value)
}
