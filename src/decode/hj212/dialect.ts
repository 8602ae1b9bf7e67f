import { COMMANDS, isUpload, type Period, periodOfCommand } from '../../base/hj212/commands.js'
import { type Flag, readFlag } from '../../base/hj212/flag.js'
import { type CrcLetters, frameFaults, type Hj212Frame, readFrame } from '../../base/hj212/frame.js'
import { qualityOfFlag } from '../../base/hj212/quality.js'
import { type Fields, fieldsOf, readSegment, type Segment } from '../../base/hj212/segment.js'
import { readWallTime } from '../../base/hj212/time.js'
import { stationIn } from '../../base/hj212/topic.js'
import { hj212Options } from '../../base/options/hj212.js'
import { GOOD } from '../../base/quality.js'
import type { ReadingBlock } from '../../base/reading-block.js'
import type { DecodeRules } from '../decode.js'
import type { DecodedMessage } from '../decoded-message.js'
import type { BytesIncoming, Dialect, DialectState } from '../dialect.js'
import { Emitter } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { quote } from '../text.js'
import { PacketTimes } from './packets.js'
import { Hj212Targets } from './targets.js'

/** Reasons for which a value that is in order makes no reading, as parts of sentences. */
const LEFT_OUT = {
  null: 'its flag says that there is no value',
  unwanted: 'codes of the station leaves this code out',
  unknown_field: 'no field of this name is known: values are Rtd, Avg, Min, Max and Cou, also with Zs before them',
  repeated_field: 'the frame has the field twice, with two values: the first one counts',
  unknown_time: 'it is no time like 20260801085000, so DataTime counts',
  no_values: 'such frames have no values: states, logs and alarms are not read',
} as const
type LeftOut = keyof typeof LEFT_OUT

/** A frame of a station that the configuration knows. */
interface Sound {
  readonly segment: Segment
  readonly flag: Flag
}

/** Settings from the configuration: largest size of a data segment, and where the values of each station go, by MN. */
interface Settings {
  readonly segmentBytesMax: number
  readonly stations: ReadonlyMap<string, Hj212Targets>
}

/**
 * Decodes the frames of stack monitors, see docs/use/hj212.md. The real-time values are the readings; the averages
 * over minutes, hours and days are kept beside them under names of their own, or the other way round with those of
 * minutes where the station says so: no KPI sees a value twice.
 */
export class Hj212Dialect implements Dialect {
  readonly name = 'hj212'
  readonly leftOut: Record<LeftOut, number> = {
    null: 0,
    unwanted: 0,
    unknown_field: 0,
    repeated_field: 0,
    unknown_time: 0,
    no_values: 0,
  }
  readonly #emitter = new Emitter()
  readonly #times = new PacketTimes(this.name)
  #rules: DecodeRules | null = null
  #settings: Settings = settingsOf({ registered: null })

  speaks({ ingress }: BytesIncoming): boolean {
    return ingress === 'hj212'
  }

  describe(): string {
    return 'HJ 212'
  }

  take(message: BytesIncoming, rules: DecodeRules, taken: DecodedMessage, into: ReadingBlock, position: number): void {
    if (rules !== this.#rules) {
      this.#rules = rules
      this.#settings = settingsOf(rules)
    }
    this.#emitter.begin(message, rules, taken, into, position)
    const isInOrder = this.#read(message)
    this.#emitter.end(isInOrder && taken.rejected.length === 0)
  }

  takeChanges(): readonly DialectState[] {
    return this.#times.takeChanges()
  }

  restore(states: readonly DialectState[]): void {
    this.#times.restore(states)
  }

  /** True when the frame is in order, whatever was to be taken of it. */
  #read(message: BytesIncoming): boolean {
    const { mn, isWrongPassword } = stationIn(message.topic)
    const { stations, segmentBytesMax } = this.#settings
    const places = stations.get(mn)
    if (isWrongPassword) {
      // Whoever does not know the password is not the station.
      const why = fault(
        'unknown_device',
        `who sent this as ${quote(mn)} gave a PW that is not that station's: ${PW_REMEDY}`,
      )
      this.#emitter.refuse(null, why)
      return false
    }
    const frame = readFrame(message.payload)
    const wrong = frameFault(frame, segmentBytesMax, places?.station.crc)
    if (frame === null || wrong !== null) {
      this.#emitter.refuse(places?.path ?? null, wrong!)
      return false
    }
    if (places === undefined) {
      this.#emitter.refuse(
        null,
        fault('unknown_device', `no station has the MN ${quote(mn)}: add it to hj212.stations`),
      )
      return false
    }
    const segment = readSegment(frame.segment)
    const flag = readFlag(segment.head.get('Flag'))
    if (flag?.edition == null) {
      const came = quote(segment.head.get('Flag'))
      const why = fault('bad_schema', `Flag is ${came}: its bits 2 to 7 are 0, 1 or 2, for 2005, 2017 or 2025`)
      this.#emitter.refuse(places.path, why)
      return false
    }
    return this.#readCommand({ segment, flag }, places, message)
  }

  #readCommand({ segment, flag }: Sound, places: Hj212Targets, message: BytesIncoming): boolean {
    const command = segment.head.get('CN')
    const period = periodOfCommand(command)
    if (command !== undefined && period !== null) {
      return this.#readData({ segment, flag }, { command, period }, places, message)
    }
    const isKnown = command !== undefined && Object.hasOwn(COMMANDS, command)
    if (isKnown) {
      const isTaken = this.#emitter.from(places.path)
      if (isTaken && isUpload(command)) this.#leaveOut('no_values', `CN=${command} (${COMMANDS[command]})`)
    } else {
      const why = fault('bad_schema', `CN is ${quote(command)}: values come with 2011, 2031, 2051 and 2061`)
      this.#emitter.refuse(places.path, why)
    }
    return isKnown
  }

  #readData(
    { segment, flag }: Sound,
    { command, period }: { readonly command: string; readonly period: Period },
    places: Hj212Targets,
    message: BytesIncoming,
  ): boolean {
    const fields = fieldsOf(segment.groups)
    const ts = this.#timeOf({ segment, flag }, fields, command, message, places)
    const isTaken = this.#emitter.from(places.path)
    if (isFault(ts)) {
      this.#emitter.refuse(places.path, ts)
      return false
    }
    if (!isTaken) return true
    for (const name of fields.repeated) this.#leaveOut('repeated_field', name)
    for (const name of fields.plain.keys()) if (name !== 'DataTime') this.#leaveOut('unknown_field', name)
    for (const [code, factor] of fields.factors) {
      const letter = factor.get('Flag')
      const quality = qualityOfFlag(letter)
      const sampled = factor.get('SampleTime') ?? ''
      const ownMs = readWallTime(sampled)
      if (ownMs === null && sampled !== '') this.#leaveOut('unknown_time', `${code}-SampleTime`)
      const sampledAt = ownMs ?? ts.ms
      for (const [field, text] of factor) {
        const place = places.of(code, field, period)
        if (typeof place === 'string') {
          if (place !== 'beside') this.#leaveOut(place, `${code}-${field}`)
          continue
        }
        if (isFault(place)) {
          this.#emitter.refuse(places.path, place)
          continue
        }
        const { target, factor: toStored } = place
        const value = numberIn(text)
        if (value !== null) this.#emitter.add(target, value * toStored, sampledAt, quality)
        // An instrument that is down may have nothing to say, and says so by its flag.
        else if (quality === GOOD) {
          const why = fault('bad_value', `${code}-${field} is ${quote(text)}; a number is expected`)
          this.#emitter.refuse(places.path, why, { metric: target.metric, ts: sampledAt })
        } else this.#leaveOut('null', `${code}-${field}`)
      }
    }
    return true
  }

  #leaveOut(why: LeftOut, name: string): void {
    this.leftOut[why]++
    this.#emitter.leaveOut(name, LEFT_OUT[why])
  }

  #timeOf(
    { segment: { head }, flag }: Sound,
    { plain }: Fields,
    command: string,
    message: BytesIncoming,
    { station: { mn } }: Hj212Targets,
  ): { readonly ms: number } | Fault {
    const packets = flag.isNumbered ? Number(head.get('PNUM')) : 1
    const isFirst = Number(head.get('PNO')) === 1
    const { arrivedAt } = message
    const own = plain.get('DataTime')
    if (packets > 1 && isFirst && own !== undefined && message.isAgain !== true) {
      this.#times.note(mn, command, { packets, dataTime: own, arrivedAt })
    }
    const text = own ?? (packets > 1 ? this.#times.timeOf(mn, command, { packets, arrivedAt }) : undefined)
    if (text === undefined) {
      const of = packets > 1 ? ', and the first packet of its message has not come in the last 10 minutes' : ''
      return fault('bad_schema', `the frame has no DataTime${of}`)
    }
    const ms = readWallTime(text)
    return ms === null ? fault('bad_schema', `DataTime is ${quote(text)}; it is written like 20260801085000`) : { ms }
  }
}

const PW_REMEDY = 'set password of the station, or PW of the data logger'

function settingsOf({ settings }: DecodeRules): Settings {
  const options = hj212Options.safeParse(settings?.hj212).data ?? hj212Options.parse({})
  const stations = new Map(options.stations.map((station) => [station.mn, new Hj212Targets(station)]))
  return { segmentBytesMax: options.frame_bytes_max, stations }
}

/** @param letters in which case the station writes its check sums; undefined when it is not known */
function frameFault(frame: Hj212Frame | null, segmentBytesMax: number, letters: CrcLetters | undefined): Fault | null {
  if (frame === null) return fault('hj212_bad_frame', 'a frame begins with ## and four digits of length')
  const [first] = frameFaults(frame)
  if (first !== undefined) return fault('hj212_bad_frame', first)
  if (frame.length > segmentBytesMax) {
    return fault('hj212_bad_frame', `The data segment has ${frame.length} bytes, more than hj212.frame_bytes_max.`)
  }
  if (letters === undefined || frame.crcLetters === 'none' || frame.crcLetters === letters) return null
  const other = letters === 'upper' ? 'lower' : 'upper'
  return fault(
    'hj212_bad_frame',
    `The check sum is right, but its letters are not in ${letters} case: where the data logger always sends it so, set crc: ${other} of the station.`,
  )
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/

function numberIn(text: string): number | null {
  return NUMBER.test(text) ? Number(text) : null
}
