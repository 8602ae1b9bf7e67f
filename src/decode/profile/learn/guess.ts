import { isMetricName, METRICS, type MetricClass } from '../../../base/metrics.js'
import { conversion } from '../../../base/units.js'
import { metricNameOf } from '../names.js'

/** What a value may be, going by its name: a proposal that a person has to look at. */
export interface Guess {
  readonly metric: string
  readonly class: MetricClass
  /** As it is sent; absent where nothing tells. */
  readonly unit?: string
}

interface Rule {
  /** Looked for in the name, words between underscores. */
  readonly name: RegExp
  /** A metric of the table, or null: kept under its own name. */
  readonly metric: string | null
  readonly unit?: string
  readonly class?: MetricClass
}

const word = (...words: readonly string[]) => new RegExp(`(?:^|_)(?:${words.join('|')})(?:_|$)`)

/** The first that applies. A counter of a day or month begins anew: it is no register, and kept under its own name. */
const RULES: readonly Rule[] = [
  { name: word('uptime', 'interval', 'period', 'status', 'code'), metric: null },
  { name: word('pf', 'factor', 'power_factor', 'powerfactor', 'cos_phi', 'cosphi'), metric: null },
  { name: word('voltage', 'volt', 'volts', 'u', 'v', 'u[123]', 'v[123]'), metric: null, unit: 'V' },
  { name: word('current', 'amps?', 'ampere', 'i', 'i[123]'), metric: null, unit: 'A' },
  { name: word('frequency', 'freq', 'hz'), metric: null, unit: 'Hz' },
  { name: word('temperature', 'temp', 'tc'), metric: null, unit: '°C' },
  { name: word('humidity', 'rh'), metric: null, unit: '%' },
  { name: word('kvarh', 'reactive_energy'), metric: 'elec_reactive_kvarh', unit: 'kvarh' },
  { name: word('apparent', 'apparent_?power', 'aprt_power', 'kva'), metric: null, unit: 'VA' },
  { name: word('reactive', 'reactive_?power', 'kvar'), metric: null, unit: 'var' },
  { name: word('today', 'yesterday', 'day', 'daily', 'month', 'monthly', 'by_minute'), metric: null, unit: 'kWh' },
  {
    name: /(?:export|returned|ret_|feed|sold|reverse|negative).*(?:energy|kwh|wh)|(?:energy|kwh|wh).*(?:export|returned|_ret|feed|sold|reverse|negative)/,
    metric: 'elec_export_kwh',
    unit: 'kWh',
  },
  { name: /energy|kwh|(?:^|_)wh(?:_|$)|consumption/, metric: 'elec_import_kwh', unit: 'kWh' },
  { name: word('[a-z]?power', 'watts?', 'kw', 'w', 'p'), metric: 'elec_import_kw', unit: 'W' },
  { name: word('water'), metric: 'water_fresh_m3', unit: 'm3' },
  { name: word('parts', 'pieces', 'produced', 'part_?count'), metric: 'parts_total', class: 'production' },
  { name: word('cycles?', 'cycle_?count'), metric: 'cycle_count', class: 'production' },
  { name: word('speed', 'rpm', 'torque', 'position', 'load', 'vibration'), metric: null, class: 'production' },
]

/** Names of numbers that are no values. */
const NO_VALUE = /^(?:id|seq|version|\w+_id)$/
/** Names that say nothing: then the ones around them are asked too. */
const GENERIC = word(
  'total|value|val|sum|import|export|forward|reverse|reading|now|state|today|yesterday|day|month|by_minute|returned|ret',
)
/** One of several phases or places: what the table means is their sum. */
const PHASE = /(?:^|_)(?:l[123]|phase_?[abc123]|[abc]|[uvi][123])(?:_|$)/
/** Leaves room for a number behind it. */
const OWN_CHARS_MAX = 56
/** Units that stand in a name, longest first. */
const UNITS = ['kvarh', 'kWh', 'MWh', 'Wh', 'kW', 'MW', 'W', 'mV', 'V', 'mA', 'A', 'm3', 'Hz']
/** A register of a small meter in kWh does not come so far; in Wh it soon does. */
const WH_FROM = 1_000_000

/** Whether a name says nothing by itself. */
export function isGeneric(name: string): boolean {
  const word = metricNameOf(name)
  return word === '' || GENERIC.test(word)
}

/**
 * Null for a number that is no value, such as an id.
 *
 * @param keys on the way to the value, from the outside in
 * @param values some of those that were seen
 * @param sentUnit what the message itself calls its unit
 */
export function guessOf(
  keys: readonly (string | number)[],
  values: readonly number[],
  sentUnit?: string,
): Guess | null {
  const all = metricNameOf(keys.join('_'))
  const last = metricNameOf(String(keys.at(-1) ?? ''))
  if (NO_VALUE.test(last)) return null
  const rule = ruleOf(last, isGeneric(last) ? all : last)
  const own = ownName(all)
  if (rule === undefined) return { metric: own, class: 'energy', ...(sentUnit !== undefined && { unit: sentUnit }) }
  const isPhase = PHASE.test(all) || keys.some((key) => typeof key === 'number')
  const known = rule.metric === null || isPhase ? undefined : METRICS.get(rule.metric)
  const unit = sentUnit ?? unitIn(keys) ?? unitBySize(rule.unit, values)
  const fits = known !== undefined && (unit === undefined || conversion(unit, known.unit, known.gas) !== null)
  return {
    metric: fits ? rule.metric! : own,
    class: known?.classes[0] ?? rule.class ?? 'energy',
    ...(unit !== undefined && { unit }),
  }
}

/** The name of a value that is no metric of the table. */
export function ownName(sent: string): string {
  const name = metricNameOf(sent).slice(0, OWN_CHARS_MAX)
  return isMetricName(name) && !METRICS.has(name) ? name : `${name === '' ? 'value' : name}_sent`
}

function ruleOf(last: string, asked: string): Rule | undefined {
  return RULES.find(({ name }) => name.test(last)) ?? RULES.find(({ name }) => name.test(asked))
}

/** `power_kW`, `Energy (Wh)`. */
function unitIn(keys: readonly (string | number)[]): string | undefined {
  const words = String(keys.at(-1) ?? '').split(/[^A-Za-z0-9]+/)
  return UNITS.find((unit) => words.slice(1).some((text) => text.toLowerCase() === unit.toLowerCase()))
}

function unitBySize(unit: string | undefined, values: readonly number[]): string | undefined {
  return unit === 'kWh' && Math.max(...values) >= WH_FROM ? 'Wh' : unit
}
