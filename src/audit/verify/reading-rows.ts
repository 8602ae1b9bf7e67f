import { QUALITIES } from '../../base/quality.js'
import type { DayRow } from '../../kpi/offline/day.js'
import { parseLine } from '../ledger/rows.js'

/** A reading as it stands in the evidence. */
export interface EvidenceReading extends DayRow {
  readonly unit: string
}

const DEVICE = 1
const METRIC = 3
const UNIT = 4
const TS = 5
const VALUE = 6
const WORD = 7
const QUALITY = 8
const RECEIVED = 10
const ASSUMED = 11

/**
 * Reads the lines of days of readings. What it takes was compared with the root in the ledger before, so a line is read and
 * not judged; nothing in it can do more than give a wrong figure, which the comparison finds.
 */
export class EvidenceRows {
  readonly #instants = new Instants()

  /** The reading of a line; null when it is not wanted. */
  read(line: string, isWanted: (device: string, metric: string) => boolean): EvidenceReading | null {
    if (line.includes('"')) return quoted(line, isWanted)
    const fields = line.split(',')
    const device = fields[DEVICE] ?? ''
    const metric = fields[METRIC] ?? ''
    if (!isWanted(device, metric)) return null
    const [value, word] = [fields[VALUE], fields[WORD]]
    return {
      device,
      metric,
      unit: fields[UNIT] ?? '',
      ts: this.#instants.read(fields[TS] ?? ''),
      value: value === '' || value === undefined ? null : Number(value),
      word: word === '' || word === undefined ? null : word,
      quality: rankOf(fields[QUALITY]),
      receivedAt: this.#instants.read(fields[RECEIVED] ?? ''),
      assumed: fields[ASSUMED] === 'true',
    }
  }
}

function quoted(line: string, isWanted: (device: string, metric: string) => boolean): EvidenceReading | null {
  const cells = parseLine('reading', line)
  const [device, metric] = [String(cells[DEVICE]), String(cells[METRIC])]
  if (!isWanted(device, metric)) return null
  return {
    device,
    metric,
    unit: String(cells[UNIT] ?? ''),
    ts: cells[TS] as number,
    value: cells[VALUE] as number | null,
    word: cells[WORD] as string | null,
    quality: cells[QUALITY] as number,
    receivedAt: cells[RECEIVED] as number,
    assumed: cells[ASSUMED] as boolean,
  }
}

const ranks = new Map<string, number>(QUALITIES.map((quality, rank) => [quality, rank]))

/** Rank of a quality; a text that is none counts as the worst. */
function rankOf(quality: string | undefined): number {
  return ranks.get(quality ?? '') ?? QUALITIES.length - 1
}

/** Instants in UTC with milliseconds; of most the hour is that of the one before. */
class Instants {
  #hour = ''
  #hourMs = Number.NaN

  read(text: string): number {
    const hour = text.slice(0, 14)
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#hourMs = Date.parse(`${hour}00:00.000Z`)
    }
    const digit = (at: number) => text.charCodeAt(at) - 48
    const minute = 10 * digit(14) + digit(15)
    const second = 10 * digit(17) + digit(18)
    return this.#hourMs + minute * 60_000 + second * 1000 + 100 * digit(20) + 10 * digit(21) + digit(22)
  }
}
