import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { systemClock } from '../../../src/base/clock.js'
import type { LastMessage, ReadingPoint, ReadingsAnswer } from '../../../src/base/wire.js'
import { get } from '../gateway/api.js'
import { isCut, type SentReading, sentReadings } from './payload.js'

/** Metrics of a message that are looked up at most, the first ones, each by a request; all of them stand in the message. */
export const LOOKED_UP_MAX = 8
/** A reading is in the store a moment after its message was acknowledged. */
const TRIES_MAX = 4
const TRY_AGAIN_MS = 800

interface Explained {
  readonly last: LastMessage
  readonly sent: readonly SentReading[]
  /** Readings of the message as the store holds them, by metric; one that is missing is not stored yet. */
  readonly stored: ReadonlyMap<string, ReadingPoint>
}

/**
 * A device's last message with what the store holds of it. A new one takes the place of the one before once it has been
 * looked up, so that what was sent and what is stored are always of one message.
 */
export function useExplained(plant: string, device: string, last: LastMessage): Explained {
  const explained = useSignal<Explained>({ last, sent: sentIn(last), stored: new Map() })
  useEffect(() => {
    const gone = new AbortController()
    const { signal } = gone
    const sent = sentIn(last)
    void lookUp(sent, {
      read: (one) => readingOf(plant, device, one, last.received_at, signal),
      wait: () => systemClock.sleep(TRY_AGAIN_MS, signal),
      onRound: (stored) => {
        explained.value = { last, sent, stored }
      },
      signal,
    })
    return () => gone.abort()
  }, [plant, device, last.received_at])
  return explained.value
}

interface LookUp {
  /** null for what is not in the store. */
  readonly read: (one: SentReading) => Promise<ReadingPoint | null>
  readonly wait: () => Promise<unknown>
  /** Told after each round, with all that was found by then. */
  readonly onRound: (stored: ReadonlyMap<string, ReadingPoint>) => void
  /** Aborted when the next message comes: then nothing more is asked or told of this one. */
  readonly signal: AbortSignal
}

/** Looks up the first readings of a message; what is not in the store yet, again a few times. */
export async function lookUp(sent: readonly SentReading[], { read, wait, onRound, signal }: LookUp): Promise<void> {
  const stored = new Map<string, ReadingPoint>()
  for (let tries = 1; tries <= TRIES_MAX && !signal.aborted; tries++) {
    const missing = sent.slice(0, LOOKED_UP_MAX).filter(({ metric }) => !stored.has(metric))
    const points = await Promise.all(missing.map(read))
    if (signal.aborted) return
    for (const [i, point] of points.entries()) if (point !== null) stored.set(missing[i]!.metric, point)
    onRound(new Map(stored))
    if (points.every((point) => point !== null)) return
    if (tries < TRIES_MAX) await wait()
  }
}

export const sentIn = ({ sample, size_bytes: size }: LastMessage) => sentReadings(sample, isCut(sample, size))

async function readingOf(plant: string, device: string, sent: SentReading, arrivedAt: string, signal: AbortSignal) {
  const { metric, ts } = sent
  // Without a time of its own a message counts from its arrival; times are cut to whole milliseconds.
  const ms = typeof ts === 'number' ? Math.trunc(ts) : Date.parse(ts ?? arrivedAt)
  if (Number.isNaN(new Date(ms).getTime())) return null
  const query = new URLSearchParams({ device, metric, from: isoOf(ms), to: isoOf(ms + 1) })
  const answer = await get<ReadingsAnswer>(`/plants/${plant}/readings?${query}`, signal)
  return answer.kind === 'loaded' ? (answer.value.points[0] ?? null) : null
}

const isoOf = (ms: number) => new Date(ms).toISOString()
