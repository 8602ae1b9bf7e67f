import { ReadingBlock } from '../../../src/base/reading-block.js'
import { Decoder } from '../../../src/decode/decoder.js'
import type { BytesIncoming, DialectState } from '../../../src/decode/dialect.js'
import { Dice } from '../mutations.js'
import { ARRIVED_AT, framed, type Language, RULES, type Specimen } from './corpus.js'
import { complaint } from './judge.js'
import { mutant } from './mutants.js'

export type Corpus = Readonly<Record<Language, readonly Specimen[]>>

/** Messages of one session; in the middle of it a second decoder is restored from what the first has saved. */
export const SESSION_MESSAGES = 1000
/** Languages to draw from, each as often as its share of the messages. */
const SHARES: readonly Language[] = [
  'plain',
  'plain',
  'sparkplug',
  'sparkplug',
  'sparkplug',
  'profile',
  'profile',
  'hj212',
]

/** All messages of a session, right and wrong ones mixed: the same for the same seed. */
export function* messagesOf(corpus: Corpus, seed: number): Generator<BytesIncoming> {
  const dice = new Dice(seed)
  for (let i = 0; i < SESSION_MESSAGES; i++) {
    const language = dice.of(SHARES)
    const specimen = dice.of(corpus[language])
    const other = dice.of(corpus[dice.below(8) === 0 ? dice.of(SHARES) : language])
    const isRight = dice.below(4) === 0
    const changed = isRight ? specimen.payload : mutant(specimen.payload, other.payload, dice)
    const payload = language === 'hj212' && dice.below(4) > 0 ? framed(changed, dice.below(8) === 0) : changed
    const before = dice.below(16)
    const body = Buffer.concat([Buffer.alloc(before, '{'), payload, Buffer.from('}]&&')])
    yield {
      topic:
        dice.below(30) === 0
          ? mutant(Buffer.from(specimen.topic), Buffer.from(other.topic), dice).toString()
          : specimen.topic,
      ingress: specimen.ingress,
      client: 'edge',
      payload: body.subarray(before, before + payload.length),
      body,
      payloadStart: before,
      payloadEnd: before + payload.length,
      arrivedAt: ARRIVED_AT + i * 100 + dice.below(100),
      retain: dice.below(40) === 0,
      fullSizeBytes: dice.below(100) === 0 ? payload.length + 1 : null,
      ...(dice.below(30) === 0 ? { isAgain: true } : {}),
    }
  }
}

/** The input that took longest. */
export interface Slowest {
  readonly ms: number
  readonly seed: number
  readonly index: number
  readonly topic: string
  readonly sizeBytes: number
}

export interface Findings {
  inputs: number
  readings: number
  /** Messages that something was taken of, by how their topic begins. */
  readonly decoded: Map<string, number>
  readonly reasons: Map<string, number>
  slowest: Slowest
}

export function newFindings(): Findings {
  const slowest = { ms: 0, seed: 0, index: 0, topic: '', sizeBytes: 0 }
  return { inputs: 0, readings: 0, decoded: new Map(), reasons: new Map(), slowest }
}

/** Decodes a session and throws for the first answer that is none. Of every fourth all is decoded twice, to compare. */
export function run(corpus: Corpus, seed: number, findings: Findings): void {
  const isTwice = seed % 4 === 0
  const first = new Side()
  let second = isTwice ? new Side() : null
  let index = 0
  // The first message of a kind makes ready what all later ones use, such as the profiles: it is not timed.
  const met = new Set<string | undefined>()
  for (const message of messagesOf(corpus, seed)) {
    if (isTwice && index === SESSION_MESSAGES / 2) second = new Side(first.decoder.takeChanges())
    const before = performance.now()
    const said = first.take(message)
    const ms = performance.now() - before
    const [root] = message.topic.split('/', 1)
    if (!met.has(root)) met.add(root)
    else if (ms > findings.slowest.ms) {
      findings.slowest = { ms, seed, index, topic: message.topic, sizeBytes: message.payload.length }
    }
    const where = `session ${seed}, message ${index}, ${message.topic.slice(0, 100)}`
    const wrong = complaint(message, said.taken, said.block, said.from)
    if (wrong !== null) throw new Error(`${where}: ${wrong}`)
    if (second !== null) {
      const [a, b] = [said, second.take(message)].map(told)
      if (a !== b) throw new Error(`${where}: the same message, known the same, becomes ${a} and ${b}`)
    }
    if (index % 10 === 9) tick(first, second, message.arrivedAt, index < SESSION_MESSAGES / 2, where)
    note(findings, said)
    index++
  }
}

/** @param isSame false after a start: who has sent without having been born is not saved, and may be asked once more */
function tick(first: Side, second: Side | null, nowMs: number, isSame: boolean, where: string): void {
  first.decoder.tick(nowMs, RULES)
  const notices = first.decoder.takeNotices()
  if (second === null) return
  second.decoder.tick(nowMs, RULES)
  const [a, b] = [notices, second.decoder.takeNotices()].map((one) => JSON.stringify(one))
  if (isSame && a !== b) throw new Error(`${where}: the devices are told ${a} and ${b}`)
}

/** Time that one message of a session takes, ms: the shortest of several tries, each after all that came before it. */
export function timeOf(corpus: Corpus, { seed, index }: Slowest, times: number): number {
  const messages = [...messagesOf(corpus, seed)].slice(0, index + 1)
  let shortest = Infinity
  for (let time = 0; time < times; time++) {
    const side = new Side()
    for (const message of messages.slice(0, -1)) side.take(message)
    const before = performance.now()
    side.take(messages.at(-1)!)
    shortest = Math.min(shortest, performance.now() - before)
  }
  return shortest
}

type Said = ReturnType<Side['take']>

class Side {
  readonly decoder = new Decoder()
  readonly #block = new ReadingBlock()
  #position = 0

  constructor(saved: readonly DialectState[] = []) {
    this.decoder.restore(saved.filter(({ content }) => content !== null))
  }

  take(message: BytesIncoming) {
    if (this.#block.length > 2000) this.#block.clear()
    const from = this.#block.length
    const taken = this.decoder.take(message, RULES, this.#block, ++this.#position)
    return { taken, block: this.#block, from, topic: message.topic }
  }
}

/** Everything that was said of a message, to compare. */
function told({ taken, block, from }: Said): string {
  const parts = [taken, ...taken.others].map((part) => {
    const { path, class: under, byClass, readings, newestTs, newestSentTs, events, status, rejected, seqCount } = part
    const seqs = [...part.seqs.subarray(0, seqCount)]
    return [
      path,
      under,
      byClass === null ? null : [...byClass],
      readings,
      newestTs,
      newestSentTs,
      events,
      status,
      rejected,
      seqs,
    ]
  })
  const rows: unknown[] = []
  for (let row = from; row < block.length; row++) {
    const { plant, line, device, class: under, metric, unit } = block.sources[row]!
    rows.push([
      plant,
      line,
      device,
      under,
      metric,
      unit,
      block.ts[row],
      block.valueOf(row),
      block.quality[row],
      block.seq[row],
    ])
  }
  return JSON.stringify([taken.isDecoded, parts, rows])
}

function note(findings: Findings, { taken, block, from, topic }: Said): void {
  findings.inputs++
  findings.readings += block.length - from
  const root = topic.slice(0, topic.indexOf('/'))
  if (taken.isDecoded) findings.decoded.set(root, (findings.decoded.get(root) ?? 0) + 1)
  for (const { reason } of [taken, ...taken.others].flatMap(({ rejected }) => rejected)) {
    findings.reasons.set(reason, (findings.reasons.get(reason) ?? 0) + 1)
  }
}
