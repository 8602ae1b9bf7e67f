import { GOOD, type QualityRank } from '../../base/quality.js'
import type { Emitter } from '../emitter.js'
import { type Fault, fault } from '../fault.js'
import { quote } from '../text.js'
import {
  type CompiledQuality,
  type CompiledStatus,
  type CompiledTime,
  type CompiledValue,
  fits,
  payloadPlaceOf,
} from './compile.js'
import { movePoint } from './decimal.js'
import { follow, type PayloadPath, visitPath } from './path.js'
import {
  type Destination,
  Device,
  type MessagePlan,
  type MetricNames,
  type PlannedMessage,
  type ValueTarget,
} from './plans.js'
import type { JsonShape } from './shape.js'
import { statusCodeQuality } from './status-code.js'
import { filledIn, type TextTemplate } from './text-template.js'

/** A text that is a number, as bridges send them. There is one way only to read each digit: else a long text takes for ever. */
const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i

/** Reasons for which a value that is in order makes no reading, as parts of sentences. */
const LEFT_OUT = {
  null: 'it is null, or one of the values by which the profile says that there is none (absent)',
  text: 'it is no number, and the profile takes numbers alone here (numbers_only)',
  unwanted: 'metrics of the profile in use leaves it out',
} as const
type LeftOut = keyof typeof LEFT_OUT

/** Reads one part of a payload after the other: what it says of one device. */
export class PartReader {
  /** Values that made no reading, since the start. */
  readonly leftOut: Record<LeftOut, number> = { null: 0, text: 0, unwanted: 0 }
  readonly #emitter: Emitter
  #profile = ''
  #device!: Device
  #names!: MetricNames
  #root: unknown
  #part: unknown
  /** The one of several that the value at hand stands in. */
  #member: unknown
  #index = 0
  #ts: number | null = null
  #arrivedAt = 0
  /** Something was there to be taken, or was refused. */
  #isTried = false

  constructor(emitter: Emitter) {
    this.#emitter = emitter
  }

  /** True when nothing was there to be taken, and nothing refused, since `begin`. */
  get isIdle(): boolean {
    return !this.#isTried
  }

  /** A message begins. */
  begin({ profile }: MessagePlan, arrivedAt: number): void {
    this.#profile = profile
    this.#arrivedAt = arrivedAt
    this.#index = 0
    this.#isTried = false
  }

  /** @param index of the part among those of its message */
  read(message: PlannedMessage, names: MetricNames, root: unknown, part: unknown, index: number): void {
    this.#index = index
    const device = message.device ?? message.deviceOf(names, root, part)
    if (!(device instanceof Device)) {
      this.refuse(null, device)
      return
    }
    this.#device = device
    this.#names = names
    this.#root = root
    this.#part = part
    const { isPartial, status, time, values } = message.options
    const ts = time === null ? null : this.#timeOf(time)
    if (typeof ts === 'object' && ts !== null) {
      this.#misfit(ts.problem)
      return
    }
    this.#ts = ts
    const isItsOwn = this.#emitter.from(device.path)
    if (status !== null) {
      this.#takeStatus(status)
      return
    }
    let isThere = false
    for (let number = 0; number < values.length; number++) {
      if (this.#takeValue(number, values[number]!)) isThere = true
    }
    if (isThere && isItsOwn && !device.isHeard) device.noteHeard()
    if (!isThere && !isPartial) this.#misfit(`none of its values is there: ${values.map(payloadPlaceOf).join(', ')}`)
  }

  /**
   * Reads a message of which each value is a number in its place, without objects; false when it is none or anything in it
   * is to be said: then nothing has been taken, and it is to be read by its content.
   */
  readPlain({ device, options }: PlannedMessage, shape: JsonShape): boolean {
    const plain = shape.plainOf(options)
    if (plain === null || !(device instanceof Device)) return false
    for (const { gap, condition } of plain.when) if (!fits(condition, shape.valueAt(gap))) return false
    const sent = plain.time === null ? null : shape.valueAt(plain.time.gap)
    const ts = sent === null ? null : plain.time!.read(sent, this.#arrivedAt)
    if (sent !== null && ts === null) return false
    const { values } = plain
    for (let i = 0; i < values.length; i++) {
      const { gap, number, value } = values[i]!
      if (!shape.isNumber(gap)) {
        if (shape.valueAt(gap) !== null) return false
        continue
      }
      const { target, fault: wrong } = device.destinationOf(number, value)
      if (wrong !== null || target?.isState === true) return false
    }
    if (this.#emitter.from(device.path) && !device.isHeard) device.noteHeard()
    for (let i = 0; i < values.length; i++) {
      const { gap, number, value } = values[i]!
      const scalar = shape.numberAt(gap)
      if (!shape.isNumber(gap) || value.absent?.has(scalar)) {
        this.#leaveOut('null', value)
        continue
      }
      const { target } = device.destinationOf(number, value)
      if (target === null) {
        this.#leaveOut('unwanted', value)
        continue
      }
      const { places } = target
      const scaled = (places === 0 ? scalar : movePoint(scalar, places)) * target.factor + target.offset
      this.#isTried = true
      if (target.isSplit) this.#addSplit(target, scaled, ts, GOOD)
      else this.#emitter.add(target, scaled, ts, GOOD)
    }
    return true
  }

  #leaveOut(why: LeftOut, value: CompiledValue): void {
    this.leftOut[why]++
    this.#emitter.leaveOut(payloadPlaceOf(value), LEFT_OUT[why])
  }

  /** Adds the two parts of a level that has a sign. */
  #addSplit(target: ValueTarget, scaled: number, ts: number | null, quality: QualityRank): void {
    this.#emitter.add(target, Math.max(scaled, 0), ts, quality)
    if (target.below !== null) this.#emitter.add(target.below, Math.max(-scaled, 0), ts, quality)
  }

  refuse(device: Device | null, why: Fault, metric?: string): void {
    this.#isTried = true
    this.#emitter.refuse(device?.path ?? null, why, { index: this.#index, ...(metric === undefined ? {} : { metric }) })
  }

  #misfit(problem: string, metric?: string): void {
    this.refuse(this.#device, fault('bad_profile', `profile ${this.#profile}: ${problem}`), metric)
  }

  #takeStatus({ at, online, offline, covers }: CompiledStatus): void {
    const word = at === null ? this.#part : this.#at(at)
    this.#isTried = true
    if (online.has(word) || offline.has(word)) this.#sayStatus(online.has(word), covers)
    else this.#misfit(`the status is ${quote(word)}; ${[...online, ...offline].map(quote).join(' or ')} is expected`)
  }

  /** Says of the device, and of those that its name begins the names of, whether they are there. */
  #sayStatus(isOnline: boolean, covers: TextTemplate | null): void {
    this.#emitter.status(this.#device.path, isOnline)
    const beginning = covers === null ? null : filledIn(covers, this.#names, this.#root, this.#part)
    if (typeof beginning !== 'string') return
    for (const path of this.#device.heardUnder(beginning)) {
      // The sender is judged by the device that the message names: of the others nothing is said.
      if (!this.#emitter.isKnown(path)) continue
      if (this.#emitter.foreignFault(path) !== null || this.#emitter.strangerFault(path) !== null) continue
      this.#emitter.status(path, isOnline)
    }
  }

  /** Takes a value; true when it stands in the part, be it null. */
  #takeValue(number: number, value: CompiledValue): boolean {
    const { at, sum } = value
    if (at !== null && at.fan !== null) {
      let isThere = false
      visitPath(this.#startOf(at), at, (sent, key, member) => {
        if (sent === undefined) return
        isThere = true
        this.#member = member
        this.#take(number, value, sent, at.fan!.name === null ? null : { [at.fan!.name]: key })
      })
      return isThere
    }
    const sent = sum === null ? (at === null ? this.#part : this.#at(at)) : this.#sumOf(sum)
    if (sent === undefined) return false
    this.#take(number, value, sent, null)
    return true
  }

  /** @param own name that its path found; null as a value means that there is none */
  #take(number: number, value: CompiledValue, sent: unknown, own: MetricNames | null): void {
    if (sent === null || value.absent?.has(sent)) {
      this.#leaveOut('null', value)
      return
    }
    const destination = this.#destinationOf(number, value, own)
    if (destination === null) return
    const { target, fault: wrong } = destination
    if (target === null) {
      if (wrong === null) this.#leaveOut('unwanted', value)
      else this.refuse(this.#device, wrong, value.options.metric)
      return
    }
    const said = value.words === null ? sent : wordFor(value.words, sent)
    const scalar = target.isState ? said : numberOf(said)
    const isNumeric = typeof scalar === 'number' || typeof scalar === 'boolean'
    if (value.options.numbers_only && !isNumeric && !(target.isState && typeof scalar === 'string')) {
      this.#leaveOut('text', value)
      return
    }
    if (typeof scalar !== 'number' && typeof scalar !== 'string' && typeof scalar !== 'boolean') {
      const expected = value.words === null ? 'one value' : [...value.words.keys()].join(' or ')
      const detail = `${target.place}: ${target.metric} is ${quote(sent)}; ${expected} is expected`
      this.refuse(this.#device, fault('bad_value', detail), target.metric)
      return
    }
    const ts = value.time === null ? this.#ts : (this.#timeOf(value.time) ?? this.#ts)
    if (typeof ts === 'object' && ts !== null) {
      this.#misfit(ts.problem, target.metric)
      return
    }
    const quality = this.#qualityOf(value)
    this.#isTried = true
    if (typeof scalar !== 'number') {
      this.#emitter.add(target, scalar, ts, quality)
      return
    }
    const scaled = movePoint(scalar, target.places) * target.factor + target.offset
    if (target.isSplit) this.#addSplit(target, scaled, ts, quality)
    else this.#emitter.add(target, scaled, ts, quality)
  }

  /** null when what names the metric is not there, which is said. */
  #destinationOf(number: number, value: CompiledValue, own: MetricNames | null): Destination | null {
    if (value.naming === null) return this.#device.destinationOf(number, value)
    const names = own === null ? this.#names : { ...this.#names, ...own }
    const name = filledIn(value.naming, names, this.#root, this.#part)
    if (typeof name === 'string') return this.#device.destinationOfNamed(number, value, name)
    this.#misfit(`${name.missing.text}, which names a metric, is no text`)
    return null
  }

  /** undefined when none of them is there, null when one of them says that there is none. */
  #sumOf(paths: readonly PayloadPath[]): unknown {
    let total: number | null = 0
    let missing: PayloadPath | null = null
    let wrong: unknown
    let isThere = false
    for (const path of paths) {
      let isPathThere = false
      visitPath(this.#startOf(path), path, (sent) => {
        if (sent === undefined) return
        isPathThere = true
        for (const one of Array.isArray(sent) ? sent : [sent]) {
          const number = numberOf(one)
          if (number === null) total = null
          else if (typeof number !== 'number') wrong = number
          else if (total !== null) total += number
        }
      })
      if (isPathThere) isThere = true
      else missing ??= path
    }
    if (!isThere) return undefined
    // Not a number: said of the sum, with what came.
    if (wrong !== undefined) return wrong
    if (missing === null) return total
    this.#misfit(`${missing.text} is missing in the sum ${paths.map(({ text }) => text).join(' + ')}`)
    return null
  }

  /** null when none is said; what is wrong when it cannot be read. */
  #timeOf({ at, read }: CompiledTime): number | null | { readonly problem: string } {
    const sent = this.#at(at)
    if (sent === undefined || sent === null) return null
    return read(sent, this.#arrivedAt) ?? { problem: `the time ${at.text} is ${quote(sent)}, which cannot be read` }
  }

  #qualityOf({ qualities }: CompiledValue): QualityRank {
    for (const one of qualities) {
      const rank = this.#qualityAt(one)
      if (rank !== GOOD) return rank
    }
    return GOOD
  }

  #qualityAt({ at, isStatusCode, words, otherwise }: CompiledQuality): QualityRank {
    const sent = this.#at(at)
    if (sent === undefined || sent === null) return GOOD
    return wordFor(words, sent) ?? (isStatusCode ? statusCodeQuality(sent) : null) ?? otherwise
  }

  #at(path: PayloadPath): unknown {
    return path.fan === null ? follow(this.#startOf(path), path.before) : follow(this.#member, path.after)
  }

  #startOf({ isFromRoot }: PayloadPath): unknown {
    return isFromRoot ? this.#root : this.#part
  }
}

/** A list or map is no word: what it is as a text would be for its members to say, and they are the device's. */
function wordFor<T>(words: ReadonlyMap<string, T>, sent: unknown): T | undefined {
  return typeof sent === 'object' ? undefined : words.get(String(sent))
}

function numberOf(sent: unknown): unknown {
  return typeof sent === 'string' && NUMBER.test(sent) ? Number(sent) : sent
}
