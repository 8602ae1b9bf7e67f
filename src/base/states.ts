/**
 * States of a machine, as the ISO 22400 time model counts them. UNKNOWN is last: every other one is known time.
 * Source: KPI specification §1.3, guided by ISO 22400-2, PackML and OPC 40001-1.
 */
export const STATES = [
  'PRODUCING',
  'SETUP',
  'IDLE_STARVED',
  'IDLE_BLOCKED',
  'HELD',
  'DOWN_FAULT',
  'IDLE_NO_ORDER',
  'PLANNED_STOP',
  'BREAK',
  'PM',
  'OFF',
  'UNKNOWN',
] as const
export type State = (typeof STATES)[number]

/**
 * States of delay: the machine waits, is held, or is down with a fault, though work was planned.
 * Source: KPI specification §1.3, actual unit delay time of ISO 22400-2.
 */
export const DELAY_STATES = ['IDLE_STARVED', 'IDLE_BLOCKED', 'HELD', 'DOWN_FAULT'] as const satisfies readonly State[]

/** States in which something is known: the columns of a time account. */
export const KNOWN_STATES = STATES.length - 1

const WORKING: readonly State[] = ['PRODUCING', 'SETUP']

/** Known states in which nothing is made or made ready: what a machine uses in them is what its standing costs. */
export const STANDING_STATES: readonly State[] = STATES.slice(0, KNOWN_STATES).filter(
  (state) => !WORKING.includes(state),
)

/** Words whose state depends on order, changeover and calendar. */
const IN_CONTEXT = ['idle', 'stopped', 'manual'] as const

/** A word's meaning as a number: a position in `STATES`, or behind them one of `IN_CONTEXT`. */
export type StateCode = number
const codeOf = (meaning: State | (typeof IN_CONTEXT)[number]): StateCode => {
  const state = (STATES as readonly string[]).indexOf(meaning)
  return state >= 0 ? state : STATES.length + (IN_CONTEXT as readonly string[]).indexOf(meaning)
}
/** A word that is in no map. */
export const UNKNOWN_WORD: StateCode = STATES.length + IN_CONTEXT.length

const IDLE = codeOf('idle')
const STOPPED = codeOf('stopped')
const MANUAL = codeOf('manual')

/** Every state word that is understood, without case and separators, and what it means. */
export const STATE_WORDS: Readonly<Record<string, State | (typeof IN_CONTEXT)[number]>> = {
  // PackML, by name: its numbers differ between PackTags and OPC 30060.
  execute: 'PRODUCING',
  completing: 'PRODUCING',
  starting: 'SETUP',
  resetting: 'SETUP',
  idle: 'idle',
  suspended: 'IDLE_BLOCKED',
  suspending: 'stopped',
  unsuspending: 'stopped',
  held: 'HELD',
  holding: 'HELD',
  unholding: 'HELD',
  aborting: 'DOWN_FAULT',
  aborted: 'DOWN_FAULT',
  clearing: 'DOWN_FAULT',
  stopping: 'stopped',
  stopped: 'stopped',
  complete: 'IDLE_NO_ORDER',
  // OPC 40010 and what makers call it.
  executing: 'PRODUCING',
  running: 'PRODUCING',
  automatic: 'PRODUCING',
  automaticexternal: 'PRODUCING',
  manualreducedspeed: 'manual',
  manualhighspeed: 'manual',
  ready: 'idle',
  operatorhold: 'HELD',
  protectivestop: 'HELD',
  emergencystop: 'DOWN_FAULT',
  error: 'DOWN_FAULT',
  fault: 'DOWN_FAULT',
  off: 'OFF',
  poweroff: 'OFF',
  // OPC 40001-1, MachineryItemState and MachineryOperationMode (from memory).
  notavailable: 'OFF',
  outofservice: 'DOWN_FAULT',
  notexecuting: 'idle',
  processing: 'PRODUCING',
  maintenance: 'PM',
  ...Object.fromEntries(STATES.map((state) => [normal(state), state])),
}
const CODES = new Map(Object.entries(STATE_WORDS).map(([word, meaning]) => [word, codeOf(meaning)]))

/** The code of a state word; case and separators play no part. */
export function stateCode(word: string): StateCode {
  return CODES.get(normal(word)) ?? UNKNOWN_WORD
}

/** Facts that decide what an ambiguous word means. */
export interface StateContext {
  /** An order is running; null when nobody says. */
  readonly orderActive: boolean | null
  /** The machine is being set up. */
  readonly changeover: boolean
  /** A plant without shifts is always in shift. */
  readonly inShift: boolean
  /** A slot of the calendar in which nothing is to run. */
  readonly slot: 'planned_stop' | 'break' | null
}

/** Position in `STATES` of what a word means in its context. */
export function stateOfWord(code: StateCode, context: StateContext): number {
  if (code < STATES.length) return code
  if (code === IDLE) {
    const hasOrder = context.orderActive ?? context.inShift
    return codeOf(hasOrder ? 'IDLE_STARVED' : 'IDLE_NO_ORDER')
  }
  if (code === STOPPED) {
    if (context.slot === 'planned_stop') return codeOf('PLANNED_STOP')
    return codeOf(context.slot === 'break' ? 'BREAK' : 'HELD')
  }
  if (code === MANUAL) return codeOf(context.changeover ? 'SETUP' : 'HELD')
  return codeOf('UNKNOWN')
}

const MODES: Readonly<Record<string, number>> = {
  automatic: 1,
  automaticexternal: 1,
  manualreducedspeed: 0,
  manualhighspeed: 0,
  other: 0,
}

/** 1 while a robot runs by itself, 0 in any other mode, NaN for a word that is none. Source: OPC 40010, OperationalMode. */
export function automaticShare(mode: string): number {
  const key = normal(mode)
  return Object.hasOwn(MODES, key) ? MODES[key]! : Number.NaN
}

function normal(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '')
}
