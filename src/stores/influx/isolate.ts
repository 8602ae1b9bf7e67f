import type { ReplyOutcome } from './answer.js'
import type { Lines } from './line-bytes.js'

/** A line that a server would refuse for ever, with its words. */
export interface Culprit {
  readonly index: number
  readonly detail: string
}

export type Isolated =
  /** Every line but these was taken. */
  { readonly kind: 'done'; readonly culprits: readonly Culprit[] } | Extract<ReplyOutcome, { kind: 'busy' | 'denied' }>

/** Series whose lines were refused lately: those of the same series are suspected first. */
const SUSPECT_SERIES_MAX = 10_000

/**
 * With nothing of a batch taken, this many lines with permanent faults of the server are believed; then it is taken to be
 * the server's own trouble.
 */
const BROKEN_ALONE_MAX = 16

export interface IsolatorOptions {
  readonly store: string
  send(lines: Lines): Promise<ReplyOutcome>
  /** A line that any server which works takes, and that changes nothing. */
  probe(): string
}

/**
 * Finds the lines that a server refuses, and nothing but them. A group that is not taken as a whole is split in two: those
 * that the server's words point at and the others, else its halves. A line is cleared only by being in a group that was
 * taken, and refused only alone or in a group of which every line was dropped: what a server says of a group it took in
 * part is not exact (1.x counts the dropped points of one shard and forgets those of others). Two parts that are never
 * empty make a tree: n lines cost at most 2n - 1 requests, and what is refused in the usual way (one field of another
 * type, points older than the retention, a full index) a handful.
 *
 * After a 500, which may pass, a line is refused only when the server takes a probe and then answers with 500 to that
 * line alone once more.
 */
export class Isolator {
  readonly #options: IsolatorOptions
  readonly #suspectSeries = new Set<string>()

  constructor(options: IsolatorOptions) {
    this.#options = options
  }

  /** Writes all lines but the culprits; never rejects unless `send` does. */
  async write(lines: Lines): Promise<Isolated> {
    const culprits: Culprit[] = []
    const round = { hasTaken: false, isProbed: false, broken: 0 }
    // A stack of groups instead of recursion: the order stays, and the depth is no matter.
    const groups = [Array.from({ length: lines.length }, (_, index) => index)]
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      if (group.length === 0) continue
      const isWhole = group.length === lines.length
      const answer = await this.#send(isWhole ? lines : group.map((index) => lines.at(index)!))
      if (answer.kind === 'busy' || answer.kind === 'denied') return answer
      if (answer.kind === 'taken') {
        round.hasTaken = true
        continue
      }
      if (answer.kind === 'broken') {
        const trouble = await this.#trouble(answer, group, lines, round)
        if (trouble === 'gone') continue
        if (trouble !== null) return trouble
      }
      if (group.length === 1 || isWholeDropped(answer, group.length)) {
        for (const index of group) this.#suspect(lines.at(index)!)
        culprits.push(...blame(answer, group))
        continue
      }
      const [first, second] = split(group, this.#suspects(answer, group, lines))
      groups.push(second, first)
    }
    return { kind: 'done', culprits: culprits.sort((a, b) => a.index - b.index) }
  }

  #send(lines: Lines): Promise<ReplyOutcome> {
    return this.#options.send(lines)
  }

  /** After a 500: null when these lines are its cause, `gone` when they were taken after all, else why to wait. */
  async #trouble(
    { detail }: { readonly detail: string },
    group: readonly number[],
    lines: Lines,
    round: { readonly hasTaken: boolean; isProbed: boolean; broken: number },
  ): Promise<Extract<Isolated, { kind: 'busy' | 'denied' }> | 'gone' | null> {
    const isAlone = group.length === 1
    if (round.isProbed && !isAlone) return null
    const probed = await this.#send([this.#options.probe()])
    if (probed.kind === 'busy' || probed.kind === 'denied') return probed
    if (probed.kind !== 'taken') return this.#brokenServer(detail)
    round.isProbed = true
    if (!isAlone) return null
    const again = await this.#send([lines.at(group[0]!)!])
    if (again.kind === 'busy' || again.kind === 'denied') return again
    if (again.kind === 'taken') return 'gone'
    round.broken++
    return round.broken > BROKEN_ALONE_MAX && !round.hasTaken ? this.#brokenServer(detail) : null
  }

  #brokenServer(detail: string) {
    const reason = `store ${this.#options.store}: the server answers with an error of its own: ${detail}`
    return { kind: 'busy', retryAfterMs: null, reason } as const
  }

  /** Lines of a group that the server's words point at. */
  #suspects(answer: ReplyOutcome, group: readonly number[], lines: Lines): ReadonlySet<number> {
    if (answer.kind !== 'partial' && answer.kind !== 'refused') return new Set()
    if (answer.kind === 'partial' && answer.lines.length > 0) {
      return new Set(answer.lines.flatMap(({ index }) => group[index] ?? []))
    }
    const conflict = conflictIn(answer.detail)
    if (conflict !== null) return new Set(group.filter((index) => conflict(lines.at(index)!)))
    if (answer.kind === 'partial' && /retention policy/i.test(answer.detail)) {
      const oldestFirst = [...group].sort((a, b) => timeOf(lines.at(a)!) - timeOf(lines.at(b)!))
      return new Set(oldestFirst.slice(0, answer.dropped))
    }
    return new Set(group.filter((index) => this.#suspectSeries.has(seriesOf(lines.at(index)!))))
  }

  #suspect(line: string): void {
    if (this.#suspectSeries.size >= SUSPECT_SERIES_MAX) this.#suspectSeries.clear()
    this.#suspectSeries.add(seriesOf(line))
  }
}

/** True when not one line of a group was taken, by what the server says. */
function isWholeDropped(answer: ReplyOutcome, size: number): boolean {
  return answer.kind === 'partial' && (answer.dropped >= size || answer.lines.length >= size)
}

function blame(
  answer: Exclude<ReplyOutcome, { kind: 'taken' | 'busy' | 'denied' }>,
  group: readonly number[],
): Culprit[] {
  const named = new Map(answer.kind === 'partial' ? answer.lines.map((line) => [line.index, line.detail]) : [])
  return group.map((index, place) => ({ index, detail: named.get(place) ?? answer.detail }))
}

function split(group: readonly number[], suspects: ReadonlySet<number>): [number[], number[]] {
  if (suspects.size > 0 && suspects.size < group.length) {
    return [group.filter((index) => suspects.has(index)), group.filter((index) => !suspects.has(index))]
  }
  const middle = group.length >> 1
  return [group.slice(0, middle), group.slice(middle)]
}

const CONFLICT = /input field "([^"]*)" on measurement "([^"]*)" is type (\w+)/

/** Tells the lines that write the field of a type conflict in the type of the conflict; null when it is none. */
function conflictIn(detail: string): ((line: string) => boolean) | null {
  const [, field, measurement, type] = CONFLICT.exec(detail) ?? []
  if (field === undefined || measurement === undefined) return null
  return (line) => {
    if (!line.startsWith(measurement)) return false
    // In a string's text the same may stand by chance: then one line more is suspected.
    for (const before of [' ', ',']) {
      const at = line.indexOf(`${before}${field}=`)
      if (at !== -1 && typeOf(line[at + field.length + 2] ?? '') === type) return true
    }
    return false
  }
}

function typeOf(firstCharacter: string): string {
  if (firstCharacter === '"') return 'string'
  return firstCharacter === 't' || firstCharacter === 'f' ? 'boolean' : 'float'
}

/** Measurement and tags of a line. */
function seriesOf(line: string): string {
  return /^(?:\\.|[^\\ ])*/.exec(line)?.[0] ?? ''
}

function timeOf(line: string): number {
  return Number(line.slice(line.lastIndexOf(' ') + 1))
}
