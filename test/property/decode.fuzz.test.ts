import { describe, expect, test } from 'vitest'
import { ReadingBlock } from '../../src/base/reading-block.js'
import { Decoder } from '../../src/decode/decoder.js'
import { FrameScanner } from '../../src/intake/hj212/scanner.js'
import { decodeEntries, encodeEntries } from '../../src/journal/entries.js'
import { EntryCursor } from '../../src/journal/entry-cursor.js'
import { ARRIVED_AT, corpus, type Language, RULES } from '../support/fuzz/corpus.js'
import { usedMiB } from '../support/fuzz/memory.js'
import { mutant } from '../support/fuzz/mutants.js'
import { newFindings, run, SESSION_MESSAGES, timeOf } from '../support/fuzz/session.js'
import { Dice } from '../support/mutations.js'
import { bdSeq, encoded, TYPE } from '../support/sparkplug.js'

/** Inputs of all decoders together, of which the deep run takes 2,000,000; FUZZ_SEED asks for other ones. */
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 10_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const LIMIT_MS = 60_000 + INPUTS * 5
/** Longest time for one message, on a machine that has nothing else to do. */
const MESSAGE_MS_MAX = 10

const all = corpus(SEED)

describe('whatever is sent', { timeout: LIMIT_MS }, () => {
  test('is decoded or refused with a known reason, says the truth about it, and takes no time', {
    tags: ['slow'],
  }, () => {
    const findings = newFindings()
    const sessions = Math.ceil((0.8 * INPUTS) / SESSION_MESSAGES)
    for (let i = 0; i < sessions; i++) run(all, SEED * 1_000_000 + i, findings)
    if (process.env.FUZZ_INPUTS !== undefined) console.info(findings)
    // Else it would be the fuzzer that is refused everywhere.
    for (const root of ['plants', 'spBv1.0', 'hj212', 'tele', 'shellies']) {
      expect(findings.decoded.get(root) ?? 0, root).toBeGreaterThan(sessions)
    }
    expect(findings.readings).toBeGreaterThan(findings.inputs / 20)
    // A time by the clock is that of the machine: the slowest one is looked at again, by itself.
    expect(timeOf(all, findings.slowest, 5), JSON.stringify(findings.slowest)).toBeLessThan(MESSAGE_MS_MAX)
  })

  test('over TCP is cut into pieces, however its bytes come, and none is lost', () => {
    const dice = new Dice(SEED)
    const frames = all.hj212.map(({ payload }) => Buffer.concat([payload, Buffer.from('\r\n')]))
    for (let i = 0; i < 0.1 * INPUTS; i++) {
      const stream = mutant(Buffer.concat([dice.of(frames), dice.of(frames), dice.of(frames)]), dice.of(frames), dice)
      const scanner = new FrameScanner(9999)
      const pieces: Buffer[] = []
      for (let at = 0; at < stream.length; ) {
        const size = 1 + dice.below(dice.of([1, 16, 4096]) * 4)
        scanner.push(stream.subarray(at, at + size))
        at += size
        for (let piece = scanner.next(); piece !== null; piece = scanner.next()) pieces.push(piece.bytes)
        if (scanner.heldBytes > 9999 + 12) expect.fail(`${scanner.heldBytes} bytes are held`)
      }
      const rest = scanner.rest()
      if (rest !== null) pieces.push(rest.bytes)
      if (!withoutLineEnds(Buffer.concat(pieces)).equals(withoutLineEnds(stream))) {
        expect.fail(`of ${stream.toString('latin1')} there is ${pieces.map((piece) => piece.toString('latin1'))}`)
      }
    }
  })

  test('stands in the journal the same for both of its readers, damaged or not', () => {
    const dice = new Dice(SEED)
    const bodies = (Object.keys(all) as Language[]).flatMap((language) =>
      all[language].slice(0, 50).map(({ topic, payload, ingress }) => {
        const message = { kind: 'message', ingress, client: 'edge', topic, payload, qos: 1, retain: false } as const
        return encodeEntries([
          { ...message, arrivedAt: ARRIVED_AT, fullSizeBytes: dice.of([null, 5]) },
          { kind: 'session', arrivedAt: ARRIVED_AT, what: 'end', client: 'edge' },
          { kind: 'config', arrivedAt: ARRIVED_AT, hash: 'x', content: '{}' },
          { kind: 'tick', arrivedAt: ARRIVED_AT + 1 },
        ])
      }),
    )
    const cursor = new EntryCursor()
    let sound = 0
    for (let i = 0; i < 0.1 * INPUTS; i++) {
      const body = mutant(dice.of(bodies), dice.of(bodies), dice)
      const [byCursor, byEntries] = [told(() => folded(cursor, body)), told(() => decodeEntries(body).map(shown))]
      if (byCursor !== byEntries) expect.fail(`${body.toString('base64')} is ${byCursor} and ${byEntries}`)
      if (!byEntries.startsWith('RangeError')) sound++
    }
    expect(sound).toBeGreaterThan(INPUTS / 1000)
  })
})

describe('names that somebody makes up, each another', () => {
  type Flood = (i: number) => readonly [topic: string, payload: string | Uint8Array]
  const FLOODS: Readonly<Record<string, Flood>> = {
    'topics of our own': (i) => [`plants/p/l/d-${i}/energy`, '{"metrics":{"x":1}}'],
    'metrics of our own': (i) => ['plants/p/l/d/energy', `{"metrics":{"x_${i}":1},"units":{"x_${i}":"u${i}"}}`],
    'topics of nobody': (i) => [`${'x'.repeat(600)}/${i}`, '1'],
    'topics of a profile': (i) => [`tele/${'x'.repeat(600)}${i}/SENSOR`, '{"ENERGY":{"Total":1}}'],
    'entities of a profile': (i) => [`homeassistant/sensor/e${i}/state`, '1'],
    'nodes of Sparkplug': (i) => [`spBv1.0/g/NBIRTH/${i}`, encoded({ seq: 0, metrics: [bdSeq(1), born(`x_${i}`)] })],
    'strangers of Sparkplug': (i) => [`spBv1.0/g/NDATA/${'s'.repeat(100)}${i}`, encoded({ seq: 0 })],
    'devices of Sparkplug': (i) => [
      `spBv1.0/g/${i === 0 ? 'NBIRTH/n' : `DBIRTH/n/${i}`}`,
      encoded({ seq: 0, metrics: [bdSeq(1), born('x')] }),
    ],
    'topics that are wrong': (i) => [`spBv1.0/${'x'.repeat(600)}${i}/x/x`, encoded({})],
  }

  /** A flood of our own topics, one of Sparkplug and one of wrong topics always; the others take seconds each, in the deep run. */
  const isQuick = (name: string) =>
    ['topics of our own', 'devices of Sparkplug', 'topics that are wrong'].includes(name)
  test.for(Object.entries(FLOODS).filter(([name]) => isQuick(name)))('do not fill the memory: %s', fills)
  test.for(Object.entries(FLOODS).filter(([name]) => !isQuick(name)))(
    'do not fill the memory: %s',
    { tags: ['deep'] },
    fills,
  )

  function fills([, flood]: [string, Flood]): void {
    const decoder = new Decoder()
    const block = new ReadingBlock()
    // A little more than every limit there is; then as many again.
    const NAMES = 20_400
    const send = (from: number) => {
      for (let i = from; i < from + NAMES; i++) {
        const [topic, sent] = flood(i)
        const payload = Buffer.from(sent)
        const bytes = { payload, body: payload, payloadStart: 0, payloadEnd: payload.length }
        const message = { topic, ...bytes, arrivedAt: ARRIVED_AT + i, retain: false, fullSizeBytes: null }
        decoder.take({ ...message, ingress: 'mqtt', client: 'edge' }, RULES, block, i)
        if (i % 1000 === 0) {
          block.clear()
          block.sources.length = 0
          decoder.takeChanges()
          decoder.takeNotices()
        }
      }
      return usedMiB()
    }
    const before = send(0)
    expect(Math.round(send(NAMES) - before)).toBeLessThan(10)
  }
})

function born(name: string) {
  return { name, alias: 1, type: TYPE.Double, value: { double: 1 } }
}

function withoutLineEnds(bytes: Buffer): Buffer {
  return bytes.filter((byte) => byte !== 0x0d && byte !== 0x0a) as Buffer
}

function folded(cursor: EntryCursor, body: Buffer): unknown[] {
  const entries: unknown[] = []
  cursor.open(body)
  while (cursor.next()) {
    const { kind, arrivedAt } = cursor
    if (kind !== 'message') {
      entries.push([kind, arrivedAt])
      continue
    }
    const { ingress, client, topic, retain, fullSizeBytes, payload } = cursor
    entries.push([
      kind,
      arrivedAt,
      ingress,
      client,
      topic,
      retain,
      fullSizeBytes,
      Buffer.from(payload).toString('latin1'),
    ])
  }
  return entries
}

function shown(entry: ReturnType<typeof decodeEntries>[number]): unknown {
  if (entry.kind !== 'message') return [entry.kind, entry.arrivedAt]
  const { kind, arrivedAt, ingress, client, topic, retain, fullSizeBytes, payload } = entry
  return [kind, arrivedAt, ingress, client, topic, retain, fullSizeBytes, Buffer.from(payload).toString('latin1')]
}

/** Answer of `read` as JSON, or the name of the error that it may throw. */
function told(read: () => unknown): string {
  try {
    return JSON.stringify(read())
  } catch (error) {
    if (error instanceof RangeError) return 'RangeError'
    throw error
  }
}
