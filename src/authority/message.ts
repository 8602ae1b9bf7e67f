import type { Hj212Pollutant } from '../base/hj212/codes.js'
import type { Period } from '../base/hj212/commands.js'
import type { Edition } from '../base/hj212/flag.js'
import { writeFlag } from '../base/hj212/flag.js'
import { writeFrame } from '../base/hj212/frame.js'
import { writeSegment } from '../base/hj212/segment.js'
import { writeWallTime, writeWallTimeMs } from '../base/hj212/time.js'

/** Values of one pollutant or state of the gas in a frame. A value that is not known is not there: the flag says why. */
export interface Quantity {
  readonly of: Hj212Pollutant
  /** By the names of HJ 212, in its units: Rtd, ZsRtd, Cou, Min, Avg, Max, ZsAvg. Never NaN, never 0 for "unknown". */
  readonly values: readonly (readonly [field: string, value: number])[]
  /** N where the value can be relied upon. */
  readonly flag: string
}

/** Data of one stack and one time. */
export interface StackMessage {
  readonly period: Period
  /** DataTime: of real-time data when they were read, of all others the start of their time. Epoch ms. */
  readonly timeMs: number
  readonly quantities: readonly Quantity[]
}

/** As whom a frame is sent. */
export interface FrameSender {
  readonly st: string
  readonly mn: string
  readonly password: string
  readonly edition: Edition
}

/** One frame on its way. */
export interface Sending {
  readonly qn: string
  readonly segment: string
  readonly frame: Uint8Array
}

const COMMAND_OF: Readonly<Record<Period, string>> = { real_time: '2011', minute: '2051', hour: '2061', day: '2031' }

export function commandOf(period: Period): string {
  return COMMAND_OF[period]
}

/** Source: HJ/T 212-2005 and HJ 212-2017 as public repositories quote them: a data segment has at most 1024 bytes. */
const SEGMENT_BYTES_MAX = 1024

/** The group of each quantity of a message: the same whoever says it when. */
export function contentOf({ quantities }: StackMessage, edition: Edition): readonly string[] {
  return quantities.map((quantity) => groupOf(quantity, edition))
}

/**
 * The groups of a message, shared out over frames that are short enough: each is a message of its own with the same
 * DataTime, so that no receiver has to put packets together. All bytes are ASCII.
 */
export function framedPartsOf(message: StackMessage, sender: FrameSender): readonly (readonly string[])[] {
  const dataTime = `DataTime=${writeWallTime(message.timeMs)}`
  const room = SEGMENT_BYTES_MAX - segmentOf(message.period, writeWallTimeMs(0), [dataTime], sender).length
  const parts: string[][] = []
  let left = 0
  for (const group of contentOf(message, sender.edition)) {
    if (parts.length === 0 || group.length + 1 > left) {
      parts.push([dataTime])
      left = room
    }
    parts.at(-1)!.push(group)
    left -= group.length + 1
  }
  return parts
}

/** One frame of a message; `qnMs` is the instant that its QN says. */
export function sendingOf(period: Period, groups: readonly string[], sender: FrameSender, qnMs: number): Sending {
  const qn = writeWallTimeMs(qnMs)
  const segment = segmentOf(period, qn, groups, sender)
  return { qn, segment, frame: writeFrame(segment) }
}

function segmentOf(period: Period, qn: string, groups: readonly string[], sender: FrameSender): string {
  const { st, mn, password, edition } = sender
  return writeSegment(
    [
      ['QN', qn],
      ['ST', st],
      ['CN', commandOf(period)],
      ['PW', password],
      ['MN', mn],
      ['Flag', writeFlag(edition, { wantsAnswer: true })],
    ],
    groups,
  )
}

function groupOf({ of, values, flag }: Quantity, edition: Edition): string {
  const code = edition === '2005' ? of.code2005 : of.code
  return [...values.map(([field, value]) => `${code}-${field}=${numberText(value)}`), `${code}-Flag=${flag}`].join(',')
}

/** Up to four digits behind the point, without zeros at the end; a mass of a few grams is not rounded away. */
function numberText(value: number): string {
  const text = value.toFixed(4).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}
