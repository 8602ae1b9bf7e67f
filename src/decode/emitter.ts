import { METRICS, type MetricClass } from '../base/metrics.js'
import type { QualityRank } from '../base/quality.js'
import { newReadingSource, type ReadingBlock, type ReadingSource } from '../base/reading-block.js'
import type { DevicePath } from '../base/topic.js'
import { type DecodeRules, splitsPower } from './decode.js'
import { type DecodedMessage, OtherDeviceShare } from './decoded-message.js'
import type { BytesIncoming } from './dialect.js'
import { type Fault, isFault } from './fault.js'
import { KEPT_WITHOUT_TS, wasKept } from './kept.js'
import type { ElementRejection } from './message.js'
import { type MetricMeaning, meaningOf, readValueOf } from './metric.js'
import { foreignFault, registrationFault } from './registration.js'
import { isPowerOut, POWER_OUT, splitPower } from './signed-power.js'
import { isWritable, timeFault } from './time.js'

/** Rejections that are noted of one message at most; a sender that wants more is to send several. */
const REJECTIONS_MAX = 1000

/** Destination of the values of one metric of one device: found once, and used for each of them. */
export interface MetricTarget {
  readonly path: DevicePath
  readonly class: MetricClass
  readonly metric: string
  readonly meaning: MetricMeaning
  readonly source: ReadingSource
  /** Position of its values in what the device sends, to begin a sentence with; absent where that is the metric's name. */
  readonly place?: string
}

const POWER_OUT_OF = new WeakMap<MetricTarget, MetricTarget>()

/** The target of the power that goes out at the meter of a target: the same object each time for the same target. */
function powerOutOf(target: MetricTarget): MetricTarget {
  const known = POWER_OUT_OF.get(target)
  if (known !== undefined) return known
  // The class of the one is the class of the other.
  const made = metricTargetOf(target.path, target.class, POWER_OUT) as MetricTarget
  POWER_OUT_OF.set(target, made)
  return made
}

/** The target of a metric, or what is wrong with name, class or unit. `unit` as the device sends it; absent: that of the table. */
export function metricTargetOf(
  path: DevicePath,
  under: MetricClass,
  metric: string,
  unit?: string,
): MetricTarget | Fault {
  const meaning = meaningOf(metric, under, unit)
  if (isFault(meaning)) return meaning
  const stored = METRICS.get(metric)?.unit ?? unit ?? ''
  const source = newReadingSource(path, under, metric, stored)
  return { path, class: under, metric, meaning, source }
}

type Part = OtherDeviceShare | DecodedMessage

/** A client id is looked for in the journal only where it is asked for. */
type Sender = Pick<BytesIncoming, 'ingress' | 'client'>

/**
 * Puts what a dialect has read into a block and says what became of it, by the rules of our own JSON: units are
 * converted, ranges and times judged, devices that are not registered refused. One message after the other:
 * `begin`, then `add`, `refuse`, `status` in any order, then `end`.
 */
export class Emitter {
  #taken!: DecodedMessage
  #into!: ReadingBlock
  #position = 0
  #arrivedAt = 0
  #wasKept = false
  #rules!: DecodeRules
  #sender: Sender = {}
  #part: Part | null = null
  /** Whom the part at hand is of, or would be of if its sender might speak for it. */
  #path: DevicePath | null = null
  #isRegistered = false
  #others: OtherDeviceShare[] = []
  /** Keyed by device, once there are others. */
  readonly #parts = new Map<string, Part>()
  #rejections = 0
  /** The time that was refused last, of the part at hand: it is said once. */
  #refusedTs = Number.NaN

  begin(message: BytesIncoming, rules: DecodeRules, taken: DecodedMessage, into: ReadingBlock, position: number): void {
    this.#taken = taken
    this.#into = into
    this.#position = position
    this.#arrivedAt = message.arrivedAt
    this.#wasKept = wasKept(message)
    this.#rules = rules
    this.#sender = message
    this.#part = null
    this.#path = null
    if (this.#others.length > 0) {
      this.#others = []
      this.#parts.clear()
    }
    this.#rejections = 0
  }

  /** @param ts epoch ms; null where the device gives none: then the reading has the time of arrival, and says so */
  add(target: MetricTarget, value: number | string | boolean, ts: number | null, quality: QualityRank): void {
    const part = this.#partOf(target.path)
    if (!this.#isRegistered) return
    if (ts === null && this.#wasKept) {
      this.#reject(part, KEPT_WITHOUT_TS, { metric: target.metric })
      return
    }
    const at = ts === null ? this.#arrivedAt : Math.trunc(ts)
    const wrongTime = this.#timeFault(at)
    if (wrongTime !== null) {
      if (at !== this.#refusedTs) this.#reject(part, wrongTime, isWritable(at) ? { ts: at } : {})
      this.#refusedTs = at
      return
    }
    const stored = readValueOf(target.metric, value, target.meaning)
    if (typeof stored === 'object') {
      const { place } = target
      const why = place === undefined ? stored : { ...stored, detail: `${place}: ${stored.detail}` }
      this.#reject(part, why, { metric: target.metric, ts: at })
      return
    }
    if (splitsPower(this.#rules) && isPowerOut(target.metric, stored)) {
      const { came, went } = splitPower(stored as number)
      this.#put(target, came, at, ts === null, quality, part)
      this.#put(powerOutOf(target), went, at, ts === null, quality, part)
    } else this.#put(target, stored, at, ts === null, quality, part)
  }

  /** Puts a value that is in order into the block, where there is room for its series. */
  #put(
    target: MetricTarget,
    stored: number | string,
    at: number,
    isAssumed: boolean,
    quality: QualityRank,
    part: Part,
  ): void {
    const { source } = target
    const { known } = this.#rules
    if (known !== undefined && source.knownIn !== known.generation) {
      const full = known.admitSeries(target.path, target.metric, this.#arrivedAt)
      if (full !== null) {
        this.#reject(part, full, { metric: target.metric, ts: at })
        return
      }
      source.knownIn = known.generation
    }
    this.#into.add(source, at, stored, quality, Number.NaN, this.#arrivedAt, isAssumed, this.#position)
    part.readings++
    this.#count(part, target.class)
    if (at > part.newestTs) part.newestTs = at
    if (!isAssumed && at > part.newestSentTs) part.newestSentTs = at
  }

  /** @param path null where nobody can be told who sent it */
  refuse(path: DevicePath | null, why: Fault, about: Partial<Omit<ElementRejection, keyof Fault>> = {}): void {
    const part = path === null ? (this.#part ?? this.#taken) : this.#partOf(path)
    if (path === null || this.#isRegistered) this.#reject(part, why, about)
  }

  /** A value was in order, and makes no reading. @param why part of a sentence */
  leaveOut(name: string, why: string): void {
    this.#taken.leaveOut(name, why)
  }

  /** The device is there, or has gone. */
  status(path: DevicePath, online: boolean): void {
    const part = this.#partOf(path)
    if (this.#isRegistered) part.status = { online }
  }

  /** Reason to take nothing of a device: it may not send, or there is no room for it; null when there is none. */
  strangerFault(path: DevicePath): Fault | null {
    const full = this.#rules.known?.admit(path, this.#arrivedAt) ?? null
    return registrationFault(path, this.#rules) ?? full
  }

  /** False for a device that has never sent, or was removed since: true where nobody counts. */
  isKnown(path: DevicePath): boolean {
    return this.#rules.known?.has(path) !== false
  }

  /** Reason for which the client that the message came from may not speak for a device; null when it may. */
  foreignFault(path: DevicePath): Fault | null {
    return foreignFault(path, this.#sender, this.#rules)
  }

  /** It is of this device, whatever else it says; false when nothing is taken of it. */
  from(path: DevicePath): boolean {
    this.#partOf(path)
    return this.#isRegistered
  }

  /** @param isUnderstood true when the message is in order although nothing was to be taken of it */
  end(isUnderstood = false): void {
    const taken = this.#taken
    const parts: readonly Part[] = [taken, ...this.#others]
    taken.others = this.#others
    taken.isDecoded = isUnderstood || parts.some(({ readings, status }) => readings > 0 || status !== null)
  }

  #partOf(path: DevicePath): Part {
    const part = this.#part
    if (part !== null && this.#path === path) return part
    return this.#turnTo(path)
  }

  #turnTo(path: DevicePath): Part {
    const isAnew = this.#path === null || !isSame(this.#path, path)
    const known = this.#known(path)
    this.#path = path
    if (!isAnew && known !== undefined) {
      this.#part = known
      return known
    }
    const foreign = this.foreignFault(path)
    const part = known ?? (foreign === null ? this.#newPart(path) : this.#nobodysPart(path))
    this.#part = part
    this.#refusedTs = Number.NaN
    const stranger = foreign ?? this.strangerFault(path)
    this.#isRegistered = stranger === null
    if (stranger !== null && known === undefined) this.#reject(part, stranger, {})
    return part
  }

  #known(path: DevicePath): Part | undefined {
    const taken = this.#taken
    if (taken.path !== null && isSame(taken.path, path)) return taken
    return this.#others.length === 0 ? undefined : this.#parts.get(keyOf(path))
  }

  #newPart(path: DevicePath): Part {
    const taken = this.#taken
    if (taken.path === null) {
      taken.path = path
      return taken
    }
    return this.#otherPart(path, path)
  }

  /** A part without a device, for what a client says of a device not its own: that device is not heard of, and is told nothing. */
  #nobodysPart(path: DevicePath): Part {
    return this.#otherPart(path, null)
  }

  #otherPart(of: DevicePath, path: DevicePath | null): Part {
    const other = new OtherDeviceShare(path)
    this.#others.push(other)
    this.#parts.set(keyOf(of), other)
    return other
  }

  #timeFault(at: number): Fault | null {
    return timeFault(at, this.#arrivedAt, this.#rules.retentionMs ?? null, this.#rules.aheadMs)
  }

  #count(part: Part, under: MetricClass): void {
    if (part.byClass !== null) {
      const counts = part.byClass as Map<MetricClass, number>
      counts.set(under, (counts.get(under) ?? 0) + 1)
    } else if (part.readings === 1) part.class = under
    else if (part.class !== under) {
      part.byClass = new Map([
        [part.class!, part.readings - 1],
        [under, 1],
      ])
      part.class = null
    }
  }

  #reject(part: Part, why: Fault, about: Partial<Omit<ElementRejection, keyof Fault>>): void {
    if (this.#rejections++ >= REJECTIONS_MAX) return
    const rejection = { index: 0, ...about, ...why }
    if (part.rejected.length === 0) part.rejected = [rejection]
    else (part.rejected as ElementRejection[]).push(rejection)
  }
}

function isSame(a: DevicePath, b: DevicePath): boolean {
  return a.device === b.device && a.plant === b.plant && a.line === b.line
}

function keyOf({ plant, line, device }: DevicePath): string {
  return `${plant}/${line}/${device}`
}
