import { z } from 'zod'
import { WINDOWS } from './kpi.js'
import { isMetricName } from './metrics.js'
import { alarmSettings, alarmSeverity } from './options/alarms.js'
import { authorityOptions } from './options/authorities.js'
import { benchmarkOptions } from './options/benchmarks.js'
import { budgetOptions } from './options/budgets.js'
import { energyOptions } from './options/energy.js'
import { enpiOptions } from './options/enpi.js'
import { equipmentOptions } from './options/equipment.js'
import { etsOptions } from './options/ets.js'
import { factorOptions } from './options/factors.js'
import { flexibilityOptions } from './options/flexibility.js'
import { limitOptions } from './options/limits.js'
import { machineDeviceOptions, machineOptions } from './options/machines.js'
import { deviceMeterOptions, meterOptions } from './options/meters.js'
import { qualityOptions } from './options/quality.js'
import { reportingOptions } from './options/reporting.js'
import { savingsOptions } from './options/savings.js'
import { stackOptions } from './options/stacks.js'
import { tariffOptions } from './options/tariffs.js'
import { withSharedParts } from './shared-parts.js'
import { isId } from './topic.js'
import { WEEKDAYS } from './weekdays.js'

/** Configuration of plants, lines and devices: the words of `greengauge.yaml` under `plants:`. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
const names = z.strictObject({
  en: z.string().optional().describe('name in English'),
  zh: z.string().optional().describe('name in Chinese'),
})
const day = z.union(
  [z.iso.date(), z.iso.datetime({ offset: true })],
  'a day is written like 2026-12-25, a time like 2026-12-25T08:00:00+08:00',
)

export const DEVICE_ROLES = ['main', 'sub', 'pv', 'stack', 'robot', 'machine'] as const
export type DeviceRole = (typeof DEVICE_ROLES)[number]

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day is written like "08:00"')
const shift = z
  .strictObject({
    name: z.string().describe('as people call it'),
    start: clockTime.describe("in the plant's zone"),
    end: clockTime.describe('at or before the start means: on the next day'),
    days: z
      .array(z.enum(WEEKDAYS))
      .default([...WEEKDAYS])
      .describe('on which it starts; every day when absent'),
    breaks: z
      .array(
        z.strictObject({ start: clockTime.describe('inside the shift'), end: clockTime.describe('inside the shift') }),
      )
      .default([])
      .describe('pauses inside the shift'),
    breaks_in_pbt: z
      .boolean()
      .optional()
      .describe('whether breaks are planned busy time; to be said where there are any'),
  })
  .refine((s) => s.breaks.length === 0 || s.breaks_in_pbt !== undefined, {
    path: ['breaks_in_pbt'],
    message: 'say true or false: with breaks it decides what planned busy time is',
  })
const calendarDay = z.iso.date('a day is written like 2026-12-25')
const slot = z
  .strictObject({
    date: calendarDay.describe("a day in the plant's zone"),
    to: calendarDay.optional().describe('last day, where there are several'),
    name: z.string().optional().describe('a holiday, as people call it'),
    planned_stop: z.boolean().default(false).describe('nothing is to run on that day'),
    shifts: z
      .array(z.string())
      .optional()
      .describe('names of the shifts that start on that day, whatever weekday it is; [] for none'),
  })
  .refine((s) => s.to === undefined || s.to >= s.date, { path: ['to'], message: 'lies before date' })

const metricOptions = z.strictObject({
  period_s: z.number().positive().optional().describe('nominal time between two samples; 300 when absent'),
  max_gap_s: z
    .number()
    .positive()
    .optional()
    .describe('longest interval that is not called estimated; three periods and at least 1200 when absent'),
  max_hold_s: z
    .number()
    .positive()
    .optional()
    .describe('how long a level or state holds without a new sample; three periods and at least 300 when absent'),
  idle_s: z
    .number()
    .positive()
    .optional()
    .describe('silence after which a device no longer holds windows open; three periods and at least 60 when absent'),
  modulus: z.number().positive().optional().describe("where the register rolls over, in the register's own unit"),
  max_rate: z.number().positive().optional().describe('highest plausible increase an hour, after the multiplier'),
  multiplier: z.number().positive().default(1).describe('CT/PT ratio'),
  interpolation: z.enum(['hold', 'linear']).default('hold').describe('of a gauge between two samples'),
  uncertainty_pct: z
    .number()
    .positive()
    .max(1000)
    .optional()
    .describe('% uncertainty of what it counts, for the uncertainty of emissions'),
})

const device = z.strictObject({
  id: id.describe('id in topics; unique in the plant'),
  line: id.optional().describe('where it stands; a message under another line moves it'),
  role: z.enum(DEVICE_ROLES).optional().describe('what it measures: main is the meter at the grid, sub one behind it'),
  counting_point: z
    .boolean()
    .default(false)
    .describe('its good pieces are those of the plant: what energy and emissions are divided by'),
  ...deviceMeterOptions,
  product: id.optional().describe('what it makes, unless an event of type order says so'),
  on_change: z
    .boolean()
    .default(false)
    .describe('it sends when something changes, over a session that stays: nothing is due in between'),
  ...machineDeviceOptions,
  microstop_s: z.number().positive().default(300).describe('a fault that is shorter is a microstop'),
  effective_from: day
    .optional()
    .describe(
      'from when on the metrics named under it, or meant by its role, are expected; else from its first configuration. Any other is expected from its first sample on',
    ),
  holds_from: day
    .optional()
    .describe(
      "from when on what is said of it here holds although it was configured later: what it sent before counts in its role, on its line, behind its meter, wherever it was not configured. A day begins in the plant's zone",
    ),
  moves: z
    .array(
      z.strictObject({
        from: day.describe("day of the move; a day begins in the plant's zone"),
        line: id.describe('where it has stood since'),
      }),
    )
    .optional()
    .describe(
      'lines to which it was moved on a day before the configuration said so: figures from that day on are made on that line. What line says counts from its configuration on',
    ),
  retired_from: day
    .optional()
    .describe(
      "from when on it is out of service: nothing is expected of it, its silence is no alarm, and lists leave it out; its past stays. A day begins in the plant's zone",
    ),
  ...stackOptions,
  metrics: z.record(z.string().refine(isMetricName, 'a metric is [a-z][a-z0-9_]{0,63}'), metricOptions).default({}),
})

const product = z.strictObject({
  id: id.describe('as devices name it under product, and events of type order'),
  name: names.optional().describe('as people call it'),
  ideal_cycle_s: z.number().positive().describe('time a piece should take, ISO 22400 planned run time per item'),
  device: id.optional().describe('on this device alone; it goes before an entry for all'),
  valid_from: day.optional().describe("from when on it holds; a day begins in the plant's zone"),
  valid_to: day.optional().describe('last day on which it holds; a time is the end itself'),
})

/** True for an IANA zone that this machine knows. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** Lateness allowed in a plant that says nothing of it, hours. Source: KPI specification §5. */
export const ALLOWED_LATENESS_H = 24

export const plantOptions = z.strictObject({
  id: id.describe('id in topics'),
  name: names.describe('as people call it'),
  timezone: z.string().refine(isTimeZone, 'an IANA zone such as Asia/Shanghai').describe('IANA zone of the plant'),
  grid_region: z
    .string()
    .optional()
    .describe(
      'picks emission factors: a province (CN-JS), a regional grid (CN-GRID-E) or a country (CN, GB), see docs/reference/grid-regions.md; other regions need own factors',
    ),
  allowed_lateness_h: z
    .number()
    .positive()
    .default(ALLOWED_LATENESS_H)
    .describe('hours behind the newest data after which a changed figure is listed as a restatement'),
  four_eyes: z
    .boolean()
    .default(false)
    .describe('corrections and entries of people count only when somebody else has approved them'),
  bill_tolerance_pct: z
    .number()
    .nonnegative()
    .max(100)
    .default(2)
    .describe('% by which a bill may differ from the meter'),
  employees: z.number().int().positive().optional().describe('for robot_density'),
  shifts: z.array(shift).default([]).describe('when work is planned; without shifts always'),
  calendar: z.array(slot).default([]).describe('days that differ from the shifts'),
  products: z
    .array(product)
    .default([])
    .describe('what is made, with the time a piece should take; several entries where that changed'),
  ...machineOptions,
  ...qualityOptions,
  ...factorOptions,
  ...energyOptions,
  ...limitOptions,
  ...meterOptions,
  ...tariffOptions,
  ...flexibilityOptions,
  ...enpiOptions,
  ...savingsOptions,
  ...reportingOptions,
  ...etsOptions,
  ...equipmentOptions,
  ...benchmarkOptions,
  ...authorityOptions,
  targets: z
    .array(
      z.strictObject({
        kpi: z.string().describe('id in the catalogue'),
        window: z.enum(WINDOWS).describe('window it is compared in'),
        min: z.number().optional().describe('target: stay above'),
        max: z.number().optional().describe('limit: stay under'),
        budget: z.number().optional().describe('sum that is planned for the window'),
        warn: z.number().positive().max(1).optional().describe('part of max from which it is worth a word'),
        severity: alarmSeverity
          .optional()
          .describe('of the alarm that it makes; major for min and max, minor for a budget when absent'),
      }),
    )
    .default([]),
  ...budgetOptions,
  kpis: z.array(z.string()).optional().describe('ids of the KPIs that are computed; all that have data when absent'),
  ...alarmSettings,
  lines: z
    .array(z.strictObject({ id: id.describe('id in topics'), name: names.default({}) }))
    .default([])
    .describe('lines in the order in which they are shown'),
  devices: z.array(device).default([]),
})

export type PlantOptions = z.output<typeof plantOptions>
export type ShiftOptions = PlantOptions['shifts'][number]
export type CalendarOptions = PlantOptions['calendar'][number]
export type DeviceOptions = PlantOptions['devices'][number]
export type ProductOptions = PlantOptions['products'][number]
export type MetricOptions = z.output<typeof metricOptions>

/** Metrics that a device of a role sends at least. */
const METRICS_OF_ROLE: Readonly<Partial<Record<DeviceRole, readonly string[]>>> = {
  main: ['elec_import_kwh'],
  pv: ['renew_onsite_kwh'],
  robot: ['state'],
  machine: ['state'],
}

/**
 * The metrics that a device is expected to send: those that its configuration lists, or what its role means when it lists
 * none, so that one that never sends is missed. Of any other device nothing is expected before its first sample.
 */
export function expectedMetrics({ metrics, role }: Pick<DeviceOptions, 'metrics' | 'role'>): readonly string[] {
  const listed = Object.keys(metrics)
  if (listed.length > 0 || role === undefined) return listed
  return METRICS_OF_ROLE[role] ?? []
}

/** The times of one series with the defaults filled in. Source: KPI specification §1.4. */
export interface SeriesTimes {
  readonly periodMs: number
  readonly maxGapMs: number
  readonly maxHoldMs: number
  readonly idleMs: number
}

const DEFAULT_PERIOD_S = 300

export function seriesTimes(options: MetricOptions | undefined): SeriesTimes {
  const period = options?.period_s ?? DEFAULT_PERIOD_S
  return {
    periodMs: period * 1000,
    maxGapMs: (options?.max_gap_s ?? Math.max(1200, 3 * period)) * 1000,
    maxHoldMs: (options?.max_hold_s ?? Math.max(300, 3 * period)) * 1000,
    idleMs: (options?.idle_s ?? Math.max(60, 3 * period)) * 1000,
  }
}

let unconfigured: PlantOptions | undefined

/** Options of a plant that nobody has configured: it has no region, and no factor of one. Made when it is needed first. */
export function unconfiguredPlant(): PlantOptions {
  unconfigured ??= plantOptions.parse({ id: 'unconfigured', name: {}, timezone: 'UTC' }, { jitless: true })
  return unconfigured
}

/** The plants as one configuration had them, in force from its arrival in the journal until that of the next. */
export interface ConfigVersion {
  /** Arrival of its journal entry, epoch ms. */
  readonly fromMs: number
  /** SHA-256 of `content`, hex. */
  readonly hash: string
  /** All settings as canonical JSON, without secrets. */
  readonly content: string
  readonly plants: readonly PlantOptions[]
}

/**
 * The version that a configuration entry of the journal makes; plants that this program cannot read are left out.
 *
 * @param earlier the version before it: what both say of plants is one object
 */
export function configVersion(
  entry: {
    readonly arrivedAt: number
    readonly hash: string
    readonly content: string
  },
  earlier?: Pick<ConfigVersion, 'plants'>,
): ConfigVersion {
  const { plants } = JSON.parse(entry.content) as { plants?: readonly unknown[] }
  return {
    fromMs: entry.arrivedAt,
    hash: entry.hash,
    content: entry.content,
    plants: withSharedParts(
      (plants ?? []).flatMap((plant) => plantOptions.safeParse(plant).data ?? []),
      earlier?.plants,
    ),
  }
}

const BY_ID = new WeakMap<readonly DeviceOptions[], ReadonlyMap<string, DeviceOptions>>()

/** Devices of a plant by id: of all configurations that have the same list it is one map. */
export function devicesById(devices: readonly DeviceOptions[]): ReadonlyMap<string, DeviceOptions> {
  const known = BY_ID.get(devices) ?? new Map(devices.map((one) => [one.id, one]))
  BY_ID.set(devices, known)
  return known
}
