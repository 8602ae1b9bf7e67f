/** The faults that can be had on demand, and what each does. */
export const FAULTS = {
  late: 'some messages are held back for minutes to hours',
  duplicate: 'some messages are sent twice',
  reorder: 'neighbouring messages overtake each other',
  disconnect: 'the connection breaks without DISCONNECT, and what was in flight is sent again',
  clock: 'the clock is wrong for a stretch: a day ahead, or minutes behind',
  garbage: 'between the messages come some that cannot be used',
  silence: 'nothing is sent for a stretch, nor ever later; only by devices that sample at a period',
  reset: 'a register starts again from zero',
  glitch: 'a register shows 0 once',
} as const satisfies Record<string, string>

export type FaultName = keyof typeof FAULTS

const ALSO_CALLED: Readonly<Record<string, FaultName>> = {
  reordered: 'reorder',
  duplicated: 'duplicate',
  'wrong-clock': 'clock',
  'counter-reset': 'reset',
  'glitch-to-zero': 'glitch',
}

/** The fault of a name, undefined when there is none. */
export function faultNamed(name: string): FaultName | undefined {
  if (Object.hasOwn(FAULTS, name)) return name as FaultName
  return Object.hasOwn(ALSO_CALLED, name) ? ALSO_CALLED[name] : undefined
}

/** After these every sample has been delivered: no figure may differ. */
export const REPAIRABLE: ReadonlySet<FaultName> = new Set(['late', 'duplicate', 'reorder', 'disconnect'])
