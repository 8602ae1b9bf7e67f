import type { Clock } from '../src/base/clock.js'
import type { RejectReason } from '../src/base/reasons.js'
import type { DeviceSamples } from './device-samples.js'
import type { Sample } from './plant.js'
import { payloadOf } from './samples.js'
import { SAMPLES_A_MESSAGE_MAX } from './timetable.js'

/** A few messages keep the line busy; more would only be memory, and a burst for the broker after an outage. */
export const IN_FLIGHT_MAX = 4

/** Number of rejections that the gateway must make of something, by reason. */
export type Rejections = Readonly<Partial<Record<RejectReason, number>>>

/** One message of a device on its way to the broker. */
export interface Send {
  /** Event time at which the device would send it, epoch ms. */
  readonly atMs: number
  readonly payload: string
  readonly elements: number
  readonly rejections: Rejections
  /** Behind it the connection is cut, without DISCONNECT. */
  readonly isCut: boolean
}

/** Gives the sample that a device sends instead of the one it took; null for nothing. A function of the sample alone. */
export type SampleFault = (sample: Sample) => Sample | null

/** Turns a device's messages into those that leave it: others between them, another order. Lazy, and bounded in what it keeps back. */
export type SendFault = (sends: AsyncIterable<Send>) => AsyncIterable<Send>

/** Sample as a device shows it after all its faults; null for nothing. */
export function shown(sample: Sample, faults: readonly SampleFault[]): Sample | null {
  return faults.reduce<Sample | null>((seen, fault) => (seen === null ? null : fault(seen)), sample)
}

export interface SourceOptions {
  readonly samples: DeviceSamples
  readonly faults: readonly SampleFault[]
  /** Looks that go in one message when many are due. */
  readonly looksMax: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Everything before this event time, epoch ms, has been given to whoever sends. */
  onCovered(toMs: number): void
}

/**
 * A device's messages, each when it is due, until its timetable ends or the signal is aborted. Back-fill, live samples
 * and what an outage held up are the same to it: whatever is due and not sent yet goes next, in one message.
 */
export async function* sendsOf(options: SourceOptions): AsyncGenerator<Send> {
  const { samples, faults, looksMax, clock, signal } = options
  const { timetable } = samples
  let next: number | null = timetable.firstMs
  let from = next
  while (next !== null && !signal.aborted) {
    const last: number | undefined = timetable.due(next, clock.nowMs(), looksMax).at(-1)
    if (last === undefined) {
      await clock.sleep(timetable.dueAt(next) - clock.nowMs(), signal)
      continue
    }
    yield* messagesOf(samples.between(from, last + 1), faults, last)
    from = last + 1
    options.onCovered(from)
    next = timetable.after(last)
  }
}

function* messagesOf(samples: readonly Sample[], faults: readonly SampleFault[], atMs: number): Generator<Send> {
  const sent: Sample[] = []
  let ahead = 0
  const message = (): Send => ({
    atMs,
    payload: payloadOf(sent),
    elements: sent.length,
    rejections: ahead > 0 ? { ts_future: ahead } : {},
    isCut: false,
  })
  for (const sample of samples) {
    const one = shown(sample, faults)
    if (one === null) continue
    sent.push(one)
    // Only a clock that is ahead shows a time after the one at which the sample was taken.
    if (one.ts > sample.ts) ahead++
    if (sent.length < SAMPLES_A_MESSAGE_MAX) continue
    yield message()
    sent.length = 0
    ahead = 0
  }
  if (sent.length > 0) yield message()
}
