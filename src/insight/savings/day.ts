/** One day of a plant, in its own time zone. */
export interface SavingsDay {
  /** Such as 2026-01-31. */
  readonly day: string
  /** kWh; `null` when the day is not known well enough, and then it counts for nothing. */
  readonly energyKwh: number | null
  /** True when the plant works on this day by its calendar; on a Sunday too when an order asks for it. */
  readonly isWorking: boolean
  /** Hours of the shifts that start on this day; `null` in a plant without shifts. */
  readonly shiftHours: number | null
  /** Output, by product or counter, each in its own unit; `null` when it is not known. */
  readonly outputs: Readonly<Record<string, number | null>>
  /** Mean outdoor temperature, °C; `null` when nobody measures it. */
  readonly outdoorC: number | null
}

/** The variables that a baseline goes by. */
export interface SavingsModel {
  readonly outputs: readonly string[]
  /** `kinds`: working days and others; `weekdays`: each day of the week has its own level; `shifts`: by the hours of its shifts. */
  readonly calendar: 'none' | 'kinds' | 'weekdays' | 'shifts'
  /** Degree days below this mean temperature, °C; `null`: heating does not count. */
  readonly heatingBaseC: number | null
  /** Degree days above this mean temperature, °C; `null`: cooling does not count. */
  readonly coolingBaseC: number | null
}

/** One column of a model. */
export interface ModelTerm {
  /** Names it among all terms of all models. */
  readonly key: string
  /** NaN when the day does not say. */
  readonly of: (day: SavingsDay) => number
}

/** All terms but the constant one. */
export function modelTerms({ outputs, calendar, heatingBaseC, coolingBaseC }: SavingsModel): readonly ModelTerm[] {
  const terms: ModelTerm[] = outputs.map((name) => ({
    key: `output ${name}`,
    of: (day) => day.outputs[name] ?? Number.NaN,
  }))
  if (calendar === 'kinds') terms.push({ key: 'working', of: ({ isWorking }) => (isWorking ? 1 : 0) })
  if (calendar === 'shifts') terms.push({ key: 'shift hours', of: ({ shiftHours }) => shiftHours ?? Number.NaN })
  if (calendar === 'weekdays')
    for (let i = 1; i < 7; i++) terms.push({ key: `weekday ${i}`, of: ({ day }) => (weekdayOf(day) === i ? 1 : 0) })
  if (heatingBaseC !== null)
    terms.push({ key: `below ${heatingBaseC}`, of: ({ outdoorC }) => degreesOf(heatingBaseC, outdoorC) })
  if (coolingBaseC !== null)
    terms.push({ key: `above ${coolingBaseC}`, of: ({ outdoorC }) => degreesOf(outdoorC, coolingBaseC) })
  return terms
}

function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}

function degreesOf(warmC: number | null, coldC: number | null): number {
  return Math.max(0, (warmC ?? Number.NaN) - (coldC ?? Number.NaN))
}

/** Columns of a day by a model; the first is 1. `null` when something that the model goes by is not known. */
export function columnsOf(terms: readonly ModelTerm[], day: SavingsDay): readonly number[] | null {
  const columns = [1, ...terms.map((term) => term.of(day))]
  return columns.every(Number.isFinite) ? columns : null
}

const HEATING_BASES_C = [null, 10, 12, 14, 16, 18]
const COOLING_BASES_C = [null, 18, 20, 22, 24]

/** All models that the days allow: bounded by 16 sets of outputs, four calendars and 23 pairs of bases. */
export function candidatesFor(days: readonly SavingsDay[]): SavingsModel[] {
  const names = [...new Set(days.flatMap(({ outputs }) => Object.keys(outputs)))].toSorted().slice(0, OUTPUTS_MAX)
  const sets = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_, i) => bits & (1 << i)))
  const isMeasured = days.some(({ outdoorC }) => outdoorC !== null)
  const heating = isMeasured ? HEATING_BASES_C : [null]
  const cooling = isMeasured ? COOLING_BASES_C : [null]
  const hasShifts = days.some(({ shiftHours }) => shiftHours !== null)
  const calendars = ['none', 'kinds', 'weekdays', ...(hasShifts ? (['shifts'] as const) : [])] as const
  return sets.flatMap((outputs) =>
    calendars.flatMap((calendar) =>
      heating.flatMap((heatingBaseC) =>
        cooling
          .filter((coolingBaseC) => heatingBaseC === null || coolingBaseC === null || heatingBaseC <= coolingBaseC)
          .map((coolingBaseC) => ({ outputs, calendar, heatingBaseC, coolingBaseC })),
      ),
    ),
  )
}

/** More products than these are not tried: the first by name are. */
export const OUTPUTS_MAX = 4
