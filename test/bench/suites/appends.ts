import type { JournalEntry } from '../../../src/journal/entries.js'
import { startNats } from '../../support/nats.js'
import { randomOf } from '../measure/bootstrap.js'
import { loadAverage, median, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { type JournalSide, startJournal } from '../sides/journal.js'
import { NATS_KINDS, type NatsKind, natsProgram, natsVersion } from '../sides/nats.js'
import { type BenchOptions, say } from './options.js'

const EMBEDDED = 'embedded journal'
/** Entries on their way: all that wait go out as one record. */
const WINDOWS = [1, 100, 10_000] as const
const PAYLOAD = Buffer.from('{"ts":1767225600000,"metrics":{"elec_import_kwh":1234567.25}}')
const TOPIC = 'plants/bench/line-1/m00001/energy'

interface Appended {
  readonly side: string
  readonly window: number
  readonly entriesPerSecond: number
  /** Processor time of this process with its journal thread; nats-servers not included. */
  readonly cpuUsAnEntry: number
  readonly loadAverage: number
}

/** Measures the entries that the journal takes a second, by how many wait for it at once: files alone, and beside NATS. */
export async function appends({ rounds, seconds, seed }: BenchOptions): Promise<Outcome> {
  const random = randomOf(seed)
  const sides = [null, ...NATS_KINDS]
  const runs: Appended[] = []
  for (let i = 0; i < rounds; i++) {
    for (const kind of [...sides].sort(() => random() - 0.5)) {
      for (const run of await ofSide(kind, seconds)) {
        runs.push(run)
        say(`round ${i + 1}: ${JSON.stringify(run)}`)
      }
    }
  }
  const medianOf = (side: string, window: number) =>
    median(runs.filter((run) => run.side === side && run.window === window).map((run) => run.entriesPerSecond))
  const names = [EMBEDDED, ...NATS_KINDS.map(({ name }) => name)]
  return {
    settings: { seconds, rounds, seed, windows: WINDOWS, entryBytes: PAYLOAD.length + TOPIC.length },
    versions: { 'nats-server': natsVersion() },
    figures: { runs },
    judged: Object.fromEntries(
      WINDOWS.map((window) => [
        `${EMBEDDED}, ${window} waiting`,
        runs.filter((run) => run.side === EMBEDDED && run.window === window).map((run) => run.entriesPerSecond),
      ]),
    ),
    table: [
      ['entries/s', ...WINDOWS.flatMap((window) => [`${window} waiting`, 'of embedded'])],
      ...names.map((name) => [
        name,
        ...WINDOWS.flatMap((window) => [
          medianOf(name, window),
          (medianOf(name, window) / medianOf(EMBEDDED, window)).toFixed(3),
        ]),
      ]),
    ],
  }
}

async function ofSide(kind: NatsKind | null, seconds: number): Promise<Appended[]> {
  const nats = kind === null ? null : await startNats(natsProgram(), { count: kind.count, isSynced: kind.isSynced })
  try {
    const journal = await startJournal(nats === null ? null : { servers: nats.urls, replicas: kind!.count })
    const runs: Appended[] = []
    for (const window of WINDOWS) runs.push(await appended(kind?.name ?? EMBEDDED, journal, window, seconds))
    await journal.close()
    return runs
  } finally {
    await nats?.remove()
  }
}

async function appended(side: string, { client }: JournalSide, window: number, seconds: number): Promise<Appended> {
  const others = loadAverage()
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  let durable = 0
  let under = 0
  await new Promise<void>((resolve, reject) => {
    const fill = () => {
      while (under < window && performance.now() < endMs) {
        under++
        client.append(entryAt(1_767_225_600_000 + durable), (error) => {
          under--
          if (error !== null) return reject(error)
          durable++
          // The answers to one record come together: what follows goes out together too.
          if (under === 0 || under <= window / 2) setImmediate(fill)
          if (under === 0 && performance.now() >= endMs) resolve()
        })
      }
    }
    fill()
  })
  const took = (performance.now() - startMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return {
    side,
    window,
    entriesPerSecond: Math.round(durable / took),
    cpuUsAnEntry: round((user + system) / durable),
    loadAverage: others,
  }
}

function entryAt(arrivedAt: number): JournalEntry {
  return {
    kind: 'message',
    ingress: 'mqtt',
    arrivedAt,
    qos: 1,
    retain: false,
    client: 'bench',
    topic: TOPIC,
    payload: PAYLOAD,
    fullSizeBytes: null,
  }
}
