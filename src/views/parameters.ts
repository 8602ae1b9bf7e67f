import { z } from 'zod'
import { REPORT_LANGUAGES } from '../audit/render/language.js'
import { ALARM_STATES } from '../base/alarm.js'
import { AUDIT_ACTIONS, type AuditAction } from '../base/audit-log.js'
import { HOUR_MS } from '../base/durations.js'
import { SCOPES, WINDOWS } from '../base/kpi.js'
import { isMetricName } from '../base/metrics.js'
import { ENPI_ENERGIES, ENPI_VARIABLES } from '../base/options/enpi.js'
import { POLLUTANTS } from '../base/options/limits.js'
import { REJECT_REASON_LIST } from '../base/reasons.js'
import { REPORT_PROFILES, REPORT_STATUSES } from '../base/report.js'
import { isId } from '../base/topic.js'
import { SUBSTITUTION_PROFILES } from '../base/wire.js'
import { STORE_TYPES } from '../stores/registry.js'
import { instantOfCursor, positionIn } from './cursor.js'
import { badParameter, badParameters, type ParameterFault, ProblemError } from './problem.js'

/** Most rows of one page, and how many there are when nobody says. */
export const LIMIT_MAX = 10_000
export const LIMIT_DEFAULT = 1_000

const RANGE_DEFAULT_MS = 24 * HOUR_MS

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

/** Windows of which there are at most some thousands in a year. */
const HIGHEST_OF = ['1h', '1d', '1mo'] as const

/** Most windows that are told of one figure beside it. */
const PEAKS_MAX = 100

/** Most names of one list. */
const LIST_MAX = 256

/** A list in one parameter, none twice. */
const listOf = (one: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(one).min(1).max(LIST_MAX))

/** Every parameter of the API by its name: the schema, and the words for an error message and the API page. */
export const PARAMETERS = {
  plant: id.meta({ description: 'a plant id, [a-z0-9][a-z0-9_-]{0,63}', examples: ['suzhou-1'] }),
  kpi: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .meta({ description: 'a KPI id of the catalogue', examples: ['energy_elec_import'] }),
  window: z.enum(WINDOWS).meta({ description: `one of ${WINDOWS.join(', ')}`, examples: ['1h'] }),
  scope: z.enum(SCOPES).meta({ description: `one of ${SCOPES.join(', ')}`, examples: ['line'] }),
  id: id.meta({ description: 'the id of a line or device, or the plant in scope plant', examples: ['press'] }),
  as: z
    .enum(['energy', 'power'])
    .default('energy')
    .meta({ description: 'power: mean power of each interval, kW; of KPIs in kWh alone', examples: ['power'] }),
  ids: listOf(id).meta({
    description: 'ids of lines or devices of the scope, with commas between; the plant in scope plant',
    examples: ['press,paint'],
  }),
  plants: listOf(id).meta({
    description: 'ids of plants, with commas between; all when absent',
    examples: ['suzhou-1,dresden-1'],
  }),
  kpis: listOf(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)).meta({
    description: 'KPI ids of the catalogue, with commas between',
    examples: ['energy_elec_import,load_factor'],
  }),
  highest: z.enum(HIGHEST_OF).meta({
    description: `the window of this size with the highest value is named too: one of ${HIGHEST_OF.join(', ')}`,
    examples: ['1h'],
  }),
  peaks: z.coerce
    .number()
    .int()
    .min(1)
    .max(PEAKS_MAX)
    .meta({
      description: `so many of the windows of the size \`highest\`, from the highest value down, 1 to ${PEAKS_MAX}`,
      examples: ['10'],
    }),
  finest: z.enum(WINDOWS).meta({
    description: `no window finer than this is used, so that figures of several KPIs begin at one instant: one of ${WINDOWS.join(', ')}`,
    examples: ['15m'],
  }),
  type: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .meta({ description: 'a type of events, [a-z][a-z0-9_]{0,63}', examples: ['downtime_reason'] }),
  device: id.meta({ description: 'a device id, [a-z0-9][a-z0-9_-]{0,63}', examples: ['main-1'] }),
  metric: z
    .string()
    .refine(isMetricName)
    .meta({ description: 'a metric name, [a-z][a-z0-9_]{0,63}', examples: ['elec_import_kwh'] }),
  from: instant.meta({
    description: 'first instant, RFC 3339 with offset; 24 h before `to` when absent',
    examples: ['2026-11-24T00:00:00Z'],
  }),
  to: instant.meta({
    description: 'end, itself not included, RFC 3339 with offset; now when absent',
    examples: ['2026-11-25T00:00:00Z'],
  }),
  baseline_from: instant.meta({
    description: 'first instant of the baseline, before the change, RFC 3339 with offset',
    examples: ['2025-01-01T00:00:00+08:00'],
  }),
  baseline_to: instant.meta({
    description: 'end of the baseline, itself not included, RFC 3339 with offset',
    examples: ['2026-01-01T00:00:00+08:00'],
  }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMIT_MAX)
    .meta({ description: `rows of a page, 1 to ${LIMIT_MAX}; ${LIMIT_DEFAULT} when absent`, examples: ['1000'] }),
  cursor: z
    .string()
    .max(400)
    .refine((text) => positionIn(text) !== undefined)
    .meta({ description: 'the `next` of the page before, as it came', examples: ['MTc2Mzk0MjQwMDAwMA'] }),
  reason: z
    .enum(REJECT_REASON_LIST)
    .meta({ description: `one of ${REJECT_REASON_LIST.join(', ')}`, examples: ['bad_json'] }),
  state: z
    .enum([...ALARM_STATES, 'open'])
    .meta({ description: `one of ${ALARM_STATES.join(', ')}, or open: all but the last`, examples: ['open'] }),
  stack: id.meta({ description: 'the id of a device that is a stack', examples: ['boiler-1'] }),
  pollutant: z.enum(POLLUTANTS).meta({ description: `one of ${POLLUTANTS.join(', ')}`, examples: ['nox'] }),
  profile: z.enum(SUBSTITUTION_PROFILES).meta({
    description: 'how missing hours are filled: hj75 (HJ 75-2017) or mrr (EU 2018/2066 Article 45); hj75 when absent',
    examples: ['hj75'],
  }),
  store: id.meta({
    description: 'the name of a store, its type when it has no other',
    examples: STORE_TYPES.slice(1, 2),
  }),
  variable: z
    .enum(ENPI_VARIABLES)
    .meta({ description: `what energy goes by: ${ENPI_VARIABLES.join(', ')}`, examples: ['good_units'] }),
  energy: z
    .enum(ENPI_ENERGIES)
    .meta({ description: `what is compared: ${ENPI_ENERGIES.join(', ')}`, examples: ['energy_elec_consumed'] }),
  report: z
    .string()
    .max(200)
    .meta({ description: 'the id of a report', examples: ['suzhou-1.ghg.2026-10-01.2026-11-01'] }),
  version: z.coerce
    .number()
    .int()
    .min(1)
    .meta({ description: 'a version, from 1 on; the last when absent', examples: ['1'] }),
  status: z.enum(REPORT_STATUSES).meta({ description: `one of ${REPORT_STATUSES.join(', ')}`, examples: ['frozen'] }),
  form: z.enum(REPORT_PROFILES).meta({ description: `one of ${REPORT_PROFILES.join(', ')}`, examples: ['ghg'] }),
  language: z
    .enum(REPORT_LANGUAGES)
    .meta({ description: `one of ${REPORT_LANGUAGES.join(', ')}; en when absent`, examples: ['zh'] }),
  table: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/)
    .meta({
      description: 'the id of a table of the report; figures, all figures in one table, when absent',
      examples: ['scope-2'],
    }),
  figure: z
    .string()
    .min(1)
    .max(400)
    .meta({ description: 'the id of a figure of the report', examples: ['suzhou-1/scope2_lb'] }),
  act: z
    .enum(Object.keys(AUDIT_ACTIONS) as [AuditAction, ...AuditAction[]])
    .meta({ description: `one of ${Object.keys(AUDIT_ACTIONS).join(', ')}`, examples: ['signed_in'] }),
  actor: z
    .string()
    .max(64)
    .meta({ description: 'the name of an account', examples: ['wei'] }),
  by: z
    .literal('device')
    .meta({ description: '`device`, for the figures of each device as well', examples: ['device'] }),
} as const

export const range = { from: PARAMETERS.from.optional(), to: PARAMETERS.to.optional() }

export const page = {
  cursor: PARAMETERS.cursor.optional(),
  limit: PARAMETERS.limit.default(LIMIT_DEFAULT),
}

/** Page parameters of an answer that is whole when nobody asks for a page. */
export const pageOrAll = { cursor: PARAMETERS.cursor.optional(), limit: PARAMETERS.limit.optional() }

/** [from, to) with the defaults filled in. Throws the 400 for a range that runs backwards. */
export function rangeOf(asked: { from?: number | undefined; to?: number | undefined }, nowMs: number) {
  const toMs = asked.to ?? Math.max(nowMs, asked.from ?? nowMs)
  const fromMs = asked.from ?? toMs - RANGE_DEFAULT_MS
  if (fromMs > toMs) {
    throw parameterFault(
      'from',
      new Date(fromMs).toISOString(),
      `an instant not after to, ${new Date(toMs).toISOString()}`,
    )
  }
  return { fromMs, toMs }
}

/** The instant after which a page of a series begins; null on the first. Throws the 400 for a foreign cursor. */
export function afterOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  const afterMs = instantOfCursor(cursor)
  if (afterMs === undefined) throw parameterFault('cursor', cursor)
  return afterMs
}

/** The 400 for a parameter of the table above; `expected` where it is narrower than the table says. */
export function parameterFault(
  parameter: string,
  received: unknown,
  expected?: string,
  example?: string,
): ProblemError {
  return badParameter(faultOf(parameter, received, expected, example))
}

/** The fault of one parameter, for a 400 that names several. */
export function faultOf(parameter: string, received: unknown, expected?: string, example?: string): ParameterFault {
  const meta = isKnown(parameter) ? PARAMETERS[parameter].meta() : undefined
  return {
    parameter,
    received: received === undefined ? undefined : String(received),
    expected: expected ?? meta?.description ?? 'another value',
    example: example ?? (Array.isArray(meta?.examples) ? String(meta.examples[0]) : ''),
  }
}

/** Most faults of one request that are named. */
const FAULTS_MAX = 20

/**
 * The 400 for what the schema of a route says of its parameters, or of its body, whose members say for themselves what
 * they expect; `asked` is what came. It names each parameter that is missing or wrong once.
 */
export function faultFrom(
  issues: readonly z.core.$ZodIssue[],
  asked: Readonly<Record<string, unknown>> | null,
  isBody = false,
): ProblemError {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  const known = issues.filter(({ code }) => code !== 'unrecognized_keys')
  if (isBody && known.some(({ path }) => path.length === 0))
    return new ProblemError(400, 'The body is not a JSON object.')
  const faults = known.map((issue) => {
    const parameter = String(issue.path[0] ?? '')
    return isBody
      ? faultOf(parameter, asked?.[parameter], expectedBy(issue), '')
      : faultOf(parameter, asked?.[parameter])
  })
  const [first, ...others] = faults.filter(
    (fault, i) => faults.findIndex(({ parameter }) => parameter === fault.parameter) === i,
  )
  const refused = first === undefined ? null : badParameters([first, ...others.slice(0, FAULTS_MAX - 1)])
  if (unknown.length === 0 && refused !== null) return refused
  const none = `There is no parameter ${unknown.slice(0, FAULTS_MAX).join(', ')} here; the API page at /docs lists them.`
  if (refused === null) return new ProblemError(400, none)
  return new ProblemError(400, `${refused.message} ${none}`, refused.fault, undefined, refused.faults)
}

/** A member's own words for what it expects, where it has some, and never those of the library. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message
  return issue.expected === 'number'
    ? 'a number, such as 12.5'
    : `a ${issue.expected === 'string' ? 'text' : issue.expected}`
}

/**
 * Undoes what a URL does to values: `?scope=&id=` means that nothing was said, and the plus sign of an offset that
 * was not percent-encoded (+08:00) has become a space.
 */
export function tidyQuery(query: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(query)) {
    if (value === '') delete query[name]
    else if ((name === 'from' || name === 'to') && typeof value === 'string') {
      query[name] = value.replace(/ (?=\d\d:\d\d$)/, '+')
    }
  }
}

function isKnown(parameter: string): parameter is keyof typeof PARAMETERS {
  return Object.hasOwn(PARAMETERS, parameter)
}
