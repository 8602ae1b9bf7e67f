import { readFile } from 'node:fs/promises'
import { type Clock, systemClock } from '../src/base/clock.js'
import { EXIT } from '../src/base/exit-codes.js'
import { topicOf } from '../src/base/topic.js'
import { connectTo, disconnect } from './broker.js'
import type { Dataset, DatasetSource } from './datasets/dataset.js'
import { gasTurbine } from './datasets/gas-turbine.js'
import { steel } from './datasets/steel.js'
import { ur3 } from './datasets/ur3.js'
import { Publisher } from './publisher.js'
import { permutation } from './random.js'
import { payloadOf, type Sample } from './samples.js'
import { printLine, Stop } from './stop.js'

/** The data sets that can be played. */
export const DATASETS: Readonly<Record<string, DatasetSource>> = {
  steel: { read: steel, hasTimes: true },
  'gas-turbine': { read: gasTurbine, hasTimes: false },
  ur3: { read: ur3, hasTimes: true },
}

const IN_FLIGHT_MAX = 1000
const PROGRESS_MESSAGES = 10_000

export interface ReplayOptions {
  readonly dataset: string
  readonly file: string
  readonly url: string
  /** The data set's name when absent. */
  readonly plant?: string
  /** Epoch ms at which the first sample is to fall; its own time when absent, which not every data set has. */
  readonly start?: number
  /** Event time per wall time; Infinity for as fast as the broker acknowledges. */
  readonly speed: number
  /** Seed of the order; in order of time when absent. */
  readonly shuffle?: number
  readonly repeat: number
}

async function load({ dataset, file, start }: ReplayOptions): Promise<Dataset> {
  const source = Object.hasOwn(DATASETS, dataset) ? DATASETS[dataset] : undefined
  if (source === undefined) {
    const known = Object.keys(DATASETS).join(', ')
    throw new Stop(EXIT.usage, `--dataset ${dataset} is not known; there are ${known}`)
  }
  if (!source.hasTimes && start === undefined) {
    const sentence = `--dataset ${dataset} has no times of its own: say when its first row begins`
    throw new Stop(EXIT.usage, `${sentence}, for example --start 2011-01-01T00:00:00Z`)
  }
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Stop(EXIT.io, `--file cannot be read: ${error.message}`)
  })
  return source.read(text)
}

/** Index of the sample that each message of the run carries: all of them `repeat` times, one round after the other or shuffled. */
export function playOrder(samples: number, repeat: number, shuffle: number | undefined): Uint32Array {
  const messages = samples * repeat
  const order =
    shuffle === undefined ? Uint32Array.from({ length: messages }, (_, i) => i) : permutation(messages, shuffle)
  return order.map((message) => message % samples)
}

/**
 * Time at which a message is due, ms after the start: the n-th when the n-th sample was taken, whichever sample it
 * carries, so that a shuffled run has the pace of the run in order.
 */
export function dueAfterMs(message: number, samples: readonly Sample[], speed: number): number {
  const first = samples[0]!.ts
  const round = Math.floor(message / samples.length)
  const roundMs = samples.at(-1)!.ts - first
  return (round * roundMs + samples[message % samples.length]!.ts - first) / speed
}

/** The same samples with the first one at `startMs`. */
export function shifted(samples: readonly Sample[], startMs: number | undefined): readonly Sample[] {
  const byMs = startMs === undefined ? 0 : startMs - samples[0]!.ts
  return byMs === 0 ? samples : samples.map((sample) => ({ ...sample, ts: sample.ts + byMs }))
}

/** Plays the data set until all is acknowledged or the signal stops it, and says what was sent and what to expect. */
export async function replay(options: ReplayOptions, signal: AbortSignal, clock: Clock = systemClock) {
  const dataset = await load(options)
  const samples = shifted(dataset.samples, options.start)
  const plant = options.plant ?? options.dataset
  const path = { plant, line: dataset.line, device: dataset.device }
  const order = playOrder(samples.length, options.repeat, options.shuffle)
  const client = await connectTo(options.url, { clientId: `replay-${plant}-${dataset.device}` })
  printLine(`replay ${options.dataset}: ${order.length} messages to ${options.url}`)

  const startedAtMs = clock.nowMs()
  const publisher = new Publisher(client, IN_FLIGHT_MAX, signal)
  await play(publisher, topicOf(path, dataset.class), samples, order, options.speed, clock, signal)
  const seconds = (clock.nowMs() - startedAtMs) / 1000
  await disconnect(client)
  return {
    dataset: options.dataset,
    plant,
    messages: publisher.sent,
    acknowledged: publisher.acknowledged,
    seconds,
    first_ts: new Date(samples[0]!.ts).toISOString(),
    last_ts: new Date(samples.at(-1)!.ts).toISOString(),
    expected: dataset.expected,
  }
}

async function play(
  publisher: Publisher,
  topic: string,
  samples: readonly Sample[],
  order: Uint32Array,
  speed: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const startedAtMs = clock.nowMs()
  for (const [message, index] of order.entries()) {
    const earlyMs = startedAtMs + dueAfterMs(message, samples, speed) - clock.nowMs()
    if (earlyMs > 0) await clock.sleep(earlyMs, signal)
    if (signal.aborted || !(await publisher.publish(topic, payloadOf([samples[index]!])))) break
    if (publisher.sent % PROGRESS_MESSAGES === 0) printLine(`replay: ${publisher.sent} of ${order.length} sent`)
  }
  await publisher.drained()
}
