import type { Clock } from '../../src/base/clock.js'
import { DAY_MS } from '../../src/base/durations.js'
import { topicOf } from '../../src/base/topic.js'
import { connectTo, disconnect } from '../broker.js'
import type { SimulatedPlant } from '../plant.js'
import { Publisher } from '../publisher.js'
import { payloadOf } from '../samples.js'
import { IN_FLIGHT_MAX } from '../sends.js'
import { printLine } from '../stop.js'
import { SAMPLES_A_MESSAGE_MAX } from '../timetable.js'
import { nextStep, type PastStep, pastOfAllFromMs, samplesOfStep } from './past.js'
import { type PastProgress, readProgress, writeProgress } from './progress.js'

/** Figures that are later than this are waited for before more of the past is sent, s. */
const LATE_S = 1
/** Time between two looks at how late figures are: longer than they may be late, so that none is missed. And the longest time of one, ms. */
const LOOK_MS = 1100
const ANSWER_MS = 2000
/** The console is told how far it is each time so many more days are sent. */
const TOLD_DAYS = 30

export interface PastOptions {
  readonly url: string
  readonly days: number
  /** File that tells how far it is, for the next start; none when absent. */
  readonly progress?: string
  /** Address of the gateway's `/readyz`, which says how late its figures are. */
  readonly pace?: string
  readonly patienceMs: number
}

/** Count of what has been sent of the past. */
export interface PastCount {
  readonly messages: number
  readonly acknowledged: number
  readonly elements: number
  /** Nothing of it is left to be sent. */
  readonly isWhole: boolean
}

/** Surroundings of a run. */
export interface PastRun {
  readonly clock: Clock
  readonly stop: AbortSignal
  /** Settles when the last device has ended. */
  readonly devicesEnd: Promise<unknown>
}

const NOTHING: PastCount = { messages: 0, acknowledged: 0, elements: 0, isWhole: true }

/**
 * Sends the past of all plants, newest days first: a sample before all others of its register changes what lies between the two
 * alone, where one that comes oldest first would be bridged to the present each time. What an earlier start has sent is not
 * sent again, but for the step that was under way: the same samples again, which change nothing.
 *
 * @param toMs the past ends before this, epoch ms: here the back-fill begins
 */
export async function sendPast(
  plants: readonly SimulatedPlant[],
  toMs: number,
  options: PastOptions,
  { clock, stop, devicesEnd }: PastRun,
): Promise<PastCount> {
  if (options.days === 0 || stop.aborted) return NOTHING
  let progress = progressOf(plants, toMs, options)
  if (progress.sentFromMs === progress.fromMs) return NOTHING
  const client = await connectTo(options.url, { clientId: 'sim-past' }, options.patienceMs, stop)
  const publisher = new Publisher(client, IN_FLIGHT_MAX, stop)
  let elements = 0
  tell(progress)
  for (let step = stepOf(progress); step !== null && !stop.aborted; step = stepOf(progress)) {
    for (const plant of plants) {
      await whileLate(options, clock, stop)
      for (const message of messagesOf(plant, step, progress.toMs, options.days)) {
        if (!(await publisher.publish(message.topic, message.payload))) break
        elements += message.elements
      }
    }
    if (!(await publisher.drained())) break
    const before = progress
    progress = { ...progress, sentFromMs: step.fromMs }
    if (options.progress !== undefined) writeProgress(options.progress, progress)
    if (Math.floor(daysOf(before) / TOLD_DAYS) < Math.floor(daysOf(progress) / TOLD_DAYS)) tell(progress)
  }
  const isWhole = progress.sentFromMs === progress.fromMs
  if (isWhole) printLine(`past: all ${daysOf(progress)} days sent, ${elements} samples`)
  // A connection that ends would be the end of the devices whose last words it has brought.
  await devicesEnd
  await disconnect(client)
  return { messages: publisher.sent, acknowledged: publisher.acknowledged, elements, isWhole }
}

function progressOf(plants: readonly SimulatedPlant[], toMs: number, { progress, days }: PastOptions): PastProgress {
  const known = progress === undefined ? null : readProgress(progress)
  return known ?? { fromMs: pastOfAllFromMs(plants, toMs, days), toMs, sentFromMs: toMs }
}

function stepOf({ fromMs, sentFromMs, toMs }: PastProgress): PastStep | null {
  return nextStep(fromMs, sentFromMs, toMs)
}

/** The messages of one step of a plant, device by device. */
function* messagesOf(plant: SimulatedPlant, step: PastStep, presentMs: number, days: number) {
  for (const device of plant.devices) {
    const found = samplesOfStep(plant, device, days, presentMs, step)
    for (let at = 0; at < found.length; at += SAMPLES_A_MESSAGE_MAX) {
      const part = found.slice(at, at + SAMPLES_A_MESSAGE_MAX)
      yield { topic: topicOf(device.path, device.class), payload: payloadOf(part), elements: part.length }
    }
  }
}

/** Waits until what was sent last is computed: while it is not, figures are at least as late as the wait for them is long. */
async function whileLate({ pace }: PastOptions, clock: Clock, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await clock.sleep(LOOK_MS, stop)
    const lateS = pace === undefined ? null : await latenessOf(pace, stop)
    if (lateS === null || lateS < LATE_S) return
  }
}

/** Seconds that figures are late by what the gateway says; null when it does not say it. */
async function latenessOf(readyz: string, stop: AbortSignal): Promise<number | null> {
  try {
    const answer = await fetch(readyz, { signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_MS)]) })
    const { lag_s } = (await answer.json()) as { lag_s?: unknown }
    return typeof lag_s === 'number' ? lag_s : null
  } catch {
    return null
  }
}

function daysOf({ toMs, sentFromMs }: PastProgress): number {
  return Math.round((toMs - sentFromMs) / DAY_MS)
}

function tell(progress: PastProgress): void {
  const all = daysOf({ ...progress, sentFromMs: progress.fromMs })
  printLine(`past: ${daysOf(progress)} of ${all} days sent, newest first`)
}
