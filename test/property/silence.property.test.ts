import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { Senders } from '../../src/archive/senders.js'
import type { DeviceFact } from '../../src/base/reading.js'
import { type Cursor, journalPlaceOf, positionOf, START } from '../../src/journal/cursor.js'
import { encodeEntries, type JournalEntry } from '../../src/journal/entries.js'
import { Configs } from '../../src/pipeline/configs.js'
import { DeviceConnections } from '../../src/pipeline/device-connections.js'
import { DeviceWatch } from '../../src/pipeline/device-watch.js'
import { JournalDecoder, type JournalDecoderDeps } from '../../src/pipeline/journal-decoder.js'
import { newAccounting } from '../../src/pipeline/message-accounting.js'
import { DevicePresence } from '../../src/pipeline/presence.js'
import { message } from '../support/intake-messages.js'
import { configEntry } from '../unit/pipeline/config-of.js'

const T0 = Date.parse('2026-11-24T08:00:00Z')
const IDLE_MS = 5000
const TICK_MS = 1000
const SECONDS = 40

/** A message of a device so many milliseconds after T0. */
function messageOf(device: string, atMs: number): JournalEntry {
  const arrivedAt = T0 + atMs
  const payload = Buffer.from(JSON.stringify({ ts: arrivedAt, metrics: { elec_import_kwh: atMs } }))
  return message({ arrivedAt, client: 'c', topic: `plants/p/l/${device}/energy`, payload })
}

/** The facts that a journal comes to, read in records of these lengths. */
async function factsOf(entries: readonly JournalEntry[], lengths: readonly number[]): Promise<readonly DeviceFact[]> {
  const records: Buffer[] = []
  for (let from = 0, i = 0; from < entries.length; i++) {
    const to = from + lengths[i % lengths.length]!
    records.push(encodeEntries(entries.slice(from, to)))
    from = to
  }
  const senders = new Senders()
  const accounting = newAccounting()
  const first = configEntry(T0, [{ id: 'silent' }, { id: 'loud' }])
  const configs = new Configs([], { ...first, plants: [] })
  const rules = { idleMs: () => IDLE_MS, isOnChange: () => false }
  const presence = new DevicePresence(senders, accounting, rules)
  let next = 0
  const reader = {
    get cursor(): Cursor {
      return { ...START, ...journalPlaceOf(positionOf(START) + next) }
    },
    read: () => (next < records.length ? [{ position: positionOf(START) + next, body: records[next++]! }] : []),
  }
  const parts = {
    mark: { read: () => ({ position: positionOf(START) + records.length }), noteTaken: () => undefined },
    reader,
    senders,
    connections: new DeviceConnections(senders, undefined),
    configs,
    watch: new DeviceWatch(senders, presence, configs.isConfigured, []),
    demandWatch: { at: () => [] },
    attestationWatch: { at: () => [] },
    accounting,
    decoderStates: [],
  }
  const stretches = new JournalDecoder(parts as unknown as JournalDecoderDeps)
  const facts: DeviceFact[] = []
  for (;;) {
    const stretch = await stretches.next(() => false)
    if (stretch === null) return facts
    facts.push(...stretch.decoding.facts.map(({ fact }) => fact))
  }
}

/** A device that sends at these times goes silent at the first tick after its idle time, and is back at the first after a message. */
function expected(sentMs: readonly number[]): readonly Pick<DeviceFact, 'atMs' | 'isBad'>[] {
  const facts: { atMs: number; isBad: boolean }[] = []
  for (let tick = TICK_MS; tick <= SECONDS * TICK_MS; tick += TICK_MS) {
    const last = sentMs.filter((ms) => ms < tick).at(-1)
    if (last === undefined) continue
    const isBad = tick - last > IDLE_MS
    if (isBad !== (facts.at(-1)?.isBad ?? false)) facts.push({ atMs: T0 + tick, isBad })
  }
  return facts
}

const times = (maxLength: number) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: SECONDS * TICK_MS - 1 }), { maxLength })
    .map((all) => all.filter((ms) => ms % TICK_MS !== 0).sort((a, b) => a - b))

test.prop([times(8), times(200), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })], {
  numRuns: 200,
})(
  'silence is noticed at the tick that it is due at, whatever else is in the journal',
  async (sent, others, lengths) => {
    const ticks = Array.from({ length: SECONDS }, (_, i): JournalEntry => {
      return { kind: 'tick', arrivedAt: T0 + (i + 1) * TICK_MS }
    })
    const messages = [...sent.map((ms) => messageOf('silent', ms)), ...others.map((ms) => messageOf('loud', ms))]
    const journal = [...ticks, ...messages].sort((a, b) => a.arrivedAt - b.arrivedAt)
    const facts = await factsOf([configEntry(T0, [{ id: 'silent' }, { id: 'loud' }]), ...journal], lengths)
    const of = (device: string) =>
      facts
        .filter((fact) => fact.device === device && fact.what === 'silence')
        .map(({ atMs, isBad }) => ({ atMs, isBad }))
    expect(of('silent')).toEqual(expected(sent))
    expect(of('loud')).toEqual(expected(others))
  },
)
