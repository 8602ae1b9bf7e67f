import type { Clock } from '../base/clock.js'

/** Longer than servers need to agree on a leader, also when the first vote comes to nothing. */
export const ELECTION_MS_MAX = 30_000

/**
 * Settings by which a consumer is read: a server that says nothing for two heartbeats is taken to be gone, and the consumer
 * is asked for, or made, anew; between two attempts the library lets about `expires` pass. What it does by itself takes half
 * a minute.
 */
export const PULL = { expires: 1000, idle_heartbeat: 500 } as const

/** Pause between two attempts. */
const RETRY_MS = 250

/**
 * Gives the result of `work`, tried again while the servers are electing a leader or cannot be reached: they answer nothing
 * then, or that nobody is there. Rejects with the last error after `patienceMs`, or when `signal` is aborted; at once with
 * an error that is an answer.
 */
export async function withPatience<T>(
  clock: Clock,
  patienceMs: number,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadlineMs || signal?.aborted === true) throw error
      await clock.sleep(RETRY_MS, signal)
    }
  }
}

/** 503 of the JetStream API: no leader now, or not enough servers now. 10071 and the like are answers. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { name, code, cause } = error as Error & { code?: unknown }
  if (name === 'TimeoutError' || name === 'NoResponders' || name === 'RequestError') return true
  if (name === 'JetStreamNotEnabled' || name === 'ConnectionError') return true
  if (name === 'JetStreamApiError') return PASSING_CODES.includes(code as number)
  return cause instanceof Error && isPassing(cause)
}

/** No leader for the stream, no suitable peers, system temporarily unavailable, a consumer without a leader, raft not ready. */
const PASSING_CODES: readonly number[] = [10005, 10008, 10009, 10023, 10074, 10076, 10077]
