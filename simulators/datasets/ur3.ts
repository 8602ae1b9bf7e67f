import { Temporal } from 'temporal-polyfill'
import { DAY_MS } from '../../src/base/durations.js'
import type { State } from '../../src/base/states.js'
import type { Sample } from '../samples.js'
import { badRow, type CsvFormat, type CsvRow, csvRows, numberIn } from './csv.js'
import type { Dataset } from './dataset.js'

/** A joint that is slower stands still: what is left is the noise of its encoder. */
const MOVING_RAD_S = 0.01
/** Longest time that a state holds without a new row, ms. Source: KPI specification §1.4, a period of one second. */
const HOLD_MAX_MS = 300_000

const FORMAT = {
  dataset: 'ur3',
  file: 'ur3-cobot.csv',
  columns: {
    time: 'Timestamp',
    speed0: 'Speed_J0',
    speed1: 'Speed_J1',
    speed2: 'Speed_J2',
    speed3: 'Speed_J3',
    speed4: 'Speed_J4',
    speed5: 'Speed_J5',
    cycle: 'cycle',
    protectiveStop: 'Robot_ProtectiveStop',
    gripLost: 'grip_lost',
  },
  delimiter: ';',
  decimalMark: ',',
} as const satisfies CsvFormat<string>

const SPEEDS = ['speed0', 'speed1', 'speed2', 'speed3', 'speed4', 'speed5'] as const

type Row = CsvRow<keyof typeof FORMAT.columns>

/** State of the robot from a row's time on, for about a second. */
export interface Ur3Row {
  readonly ts: number
  readonly state: Extract<State, 'PRODUCING' | 'HELD' | 'IDLE_STARVED'>
  /** The robot's own number of the cycle, which it once sets back. */
  readonly cycle: number
  /** null where the row does not say. */
  readonly gripLost: boolean | null
}

/** The rows of UCI 963, "UR3 CobotOps", whose times are UTC and only go forward; anything else is bad data (65). */
export function parseUr3(csv: string): readonly Ur3Row[] {
  const rows: Ur3Row[] = []
  for (const row of csvRows(csv, FORMAT)) {
    const ts = timeOf(row)
    if (ts <= (rows.at(-1)?.ts ?? -Infinity)) {
      throw badRow(FORMAT, row, `${row.cells.time} does not come after the row before it`)
    }
    rows.push({ ts, state: stateOf(row), cycle: numberIn(row, 'cycle', FORMAT), gripLost: flagIn(row, 'gripLost') })
  }
  return rows
}

function timeOf(row: Row): number {
  try {
    return Temporal.Instant.from(row.cells.time).epochMilliseconds
  } catch {
    throw badRow(FORMAT, row, `Timestamp is "${row.cells.time}", not a time such as 2022-10-26T08:17:21.847Z`)
  }
}

/**
 * A protective stop comes before what is still moving. A row of which the logger caught neither speeds nor stop, and
 * there are 54 of them, shows no motion and no stop, and is idle like any other that shows none.
 */
function stateOf(row: Row): Ur3Row['state'] {
  if (flagIn(row, 'protectiveStop') === true) return 'HELD'
  const isMoving = SPEEDS.some((joint) => {
    return row.cells[joint] !== '' && Math.abs(numberIn(row, joint, FORMAT)) > MOVING_RAD_S
  })
  return isMoving ? 'PRODUCING' : 'IDLE_STARVED'
}

function flagIn(row: Row, column: 'protectiveStop' | 'gripLost'): boolean | null {
  switch (row.cells[column]) {
    case 'True':
      return true
    case 'False':
      return false
    case '':
      return null
    default:
      throw badRow(FORMAT, row, `${FORMAT.columns[column]} is "${row.cells[column]}", neither True nor False`)
  }
}

/** Count of the changes of the cycle's number up to each row. The number is set back once, so it is no register; this count is one. */
function cycleCounts(rows: readonly Ur3Row[]): readonly number[] {
  let changes = 0
  return rows.map((row, i) => {
    if (i > 0 && row.cycle !== rows[i - 1]!.cycle) changes++
    return changes
  })
}

/** One sample a row. */
export function ur3Samples(rows: readonly Ur3Row[]): readonly Sample[] {
  const counts = cycleCounts(rows)
  return rows.map((row, i) => ({
    ts: row.ts,
    metrics: {
      state: row.state,
      cycle_count: counts[i]!,
      ...(row.gripLost === null ? {} : { grip_lost: Number(row.gripLost) }),
    },
    seq: i,
  }))
}

/** Seconds in each state from the first row to the end of the last day, UTC, and the cycles, for whoever checks. */
export function ur3Totals(rows: readonly Ur3Row[]) {
  const dayEnd = (Math.floor(rows.at(-1)!.ts / DAY_MS) + 1) * DAY_MS
  const ms = { PRODUCING: 0, HELD: 0, IDLE_STARVED: 0, UNKNOWN: 0 }
  let pause = { startMs: 0, ms: 0 }
  for (const [i, row] of rows.entries()) {
    const next = rows[i + 1]
    const stepMs = (next?.ts ?? dayEnd) - row.ts
    const heldMs = Math.min(stepMs, HOLD_MAX_MS)
    ms[row.state] += heldMs
    ms.UNKNOWN += stepMs - heldMs
    if (next !== undefined && stepMs > pause.ms) pause = { startMs: row.ts, ms: stepMs }
  }
  return {
    from: utc(rows[0]!.ts),
    to: utc(dayEnd),
    seconds: Object.fromEntries(Object.entries(ms).map(([state, amount]) => [state, amount / 1000])),
    max_hold_s: HOLD_MAX_MS / 1000,
    longest_pause: { start: utc(pause.startMs), end: utc(pause.startMs + pause.ms), seconds: pause.ms / 1000 },
    cycles: cycleCounts(rows).at(-1)!,
  }
}

function utc(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

export function ur3(csv: string): Dataset {
  const rows = parseUr3(csv)
  return { line: 'cell', device: 'ur3', class: 'robot', samples: ur3Samples(rows), expected: ur3Totals(rows) }
}
