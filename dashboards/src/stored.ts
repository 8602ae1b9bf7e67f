import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { systemClock } from '../../src/base/clock.js'
import type { ReadingPoint, ReadingsAnswer } from '../../src/base/wire.js'
import { get } from './api.js'
import type { SentReading } from './payload.js'

/** Of a message with more metrics the first ones are looked up; all of them stand in the message. */
export const LOOKED_UP_MAX = 24
/** A reading is in the store a moment after its message was acknowledged. */
const TRIES = 4
const TRY_AGAIN_MS = 1_500

export type Stored = ReadonlyMap<string, ReadingPoint>

/** What the store holds of the readings of one message, by metric; what is not there is not there yet. */
export function useStored(
  plant: string,
  device: string,
  sent: readonly SentReading[],
  arrivedAt: string,
): ReadonlySignal<Stored> {
  const stored = useSignal<Stored>(new Map())
  useEffect(() => {
    const gone = new AbortController()
    void (async () => {
      const found = new Map<string, ReadingPoint>()
      for (let tries = 0; tries < TRIES && !gone.signal.aborted; tries++) {
        const missing = sent.slice(0, LOOKED_UP_MAX).filter(({ metric }) => !found.has(metric))
        if (missing.length === 0) return
        if (tries > 0) await systemClock.sleep(TRY_AGAIN_MS, gone.signal)
        const points = await Promise.all(missing.map((one) => readingOf(plant, device, one, arrivedAt)))
        if (gone.signal.aborted) return
        for (const [i, point] of points.entries()) if (point !== null) found.set(missing[i]!.metric, point)
        stored.value = new Map(found)
      }
    })()
    return () => gone.abort()
  }, [plant, device, arrivedAt])
  return stored
}

async function readingOf(plant: string, device: string, sent: SentReading, arrivedAt: string) {
  const { metric, ts } = sent
  // Without a time of its own a message counts from its arrival; times are cut to whole milliseconds.
  const ms = typeof ts === 'number' ? Math.trunc(ts) : Date.parse(ts ?? arrivedAt)
  if (Number.isNaN(new Date(ms).getTime())) return null
  const query = new URLSearchParams({ device, metric, from: isoOf(ms), to: isoOf(ms + 1) })
  const answer = await get<ReadingsAnswer>(`/plants/${plant}/readings?${query}`)
  return answer.kind === 'loaded' ? (answer.value.points[0] ?? null) : null
}

const isoOf = (ms: number) => new Date(ms).toISOString()
