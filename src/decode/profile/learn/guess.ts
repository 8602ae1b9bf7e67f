import { isMetricName, METRICS, type MetricClass } from '../../../base/metrics.js'
import { because, type ProposalReason, reasonText } from '../../../base/proposal-reasons.js'
import { conversion } from '../../../base/units.js'
import { metricNameOf } from '../names.js'
import { type KeyUnit, unitOfKey } from './key-unit.js'

/** Metric and class that a value may have, going by its name: a proposal that a person has to look at. */
export interface Guess {
  readonly metric: string
  readonly class: MetricClass
  /** As the message says it; absent where it says none: no unit is ever guessed, since a wrong one is a wrong factor. */
  readonly unit?: string
}

/** A guess with what a person has to find out before it can be more; null where nothing is open. */
export interface Guessed {
  readonly guess: Guess
  readonly asks: string | null
  /** Reasons for the guess, or for there being none: never empty. */
  readonly reasons: readonly ProposalReason[]
}

/** A unit that a message says beside a value. */
export interface SentUnit {
  readonly unit: string
  /** Other numbers stand beside it too: then it is of those alone that it fits. */
  readonly isShared: boolean
}

interface Rule {
  /** Looked for in the name, words between underscores. */
  readonly name: RegExp
  /** A metric of the table, or null: kept under its own name. */
  readonly metric: string | null
  readonly class?: MetricClass
}

const word = (...words: readonly string[]) => new RegExp(`(?:^|_)(?:${words.join('|')})(?:_|$)`)

/** The first that applies. A counter of a day or month begins anew: it is no register, and kept under its own name. */
const RULES: readonly Rule[] = [
  { name: word('uptime', 'interval', 'period', 'status', 'code'), metric: null },
  { name: word('pf', 'factor', 'power_factor', 'powerfactor', 'cos_phi', 'cosphi'), metric: null },
  { name: word('percent', 'percentage', 'pct', 'soc', 'level', 'share', 'ratio'), metric: null },
  { name: word('voltage', 'volt', 'volts', 'u', 'v', 'u[123]', 'v[123]'), metric: null },
  { name: word('current', 'amps?', 'ampere', 'i', 'i[123]'), metric: null },
  { name: word('frequency', 'freq', 'hz'), metric: null },
  { name: word('temperature', 'temp', 'tc'), metric: null },
  { name: word('humidity', 'rh'), metric: null },
  { name: word('k_?varh', 'reactive_energy'), metric: 'elec_reactive_kvarh' },
  { name: word('apparent', 'apparent_?power', 'aprt_power', 'k_?va'), metric: null },
  { name: word('reactive', 'reactive_?power', 'k_?var'), metric: null },
  {
    name: word(
      'today',
      'yesterday',
      'day',
      'daily',
      'week',
      'month',
      'monthly',
      'year',
      'by_minute',
      'session',
      'trip',
      'last',
    ),
    metric: null,
  },
  {
    name: /(?:export|returned|ret_|feed|sold|reverse|negative).*(?:energy|kwh|wh)|(?:energy|kwh|wh).*(?:export|returned|_ret|feed|sold|reverse|negative)/,
    metric: 'elec_export_kwh',
  },
  {
    name: /energy|kwh|(?:^|_)[mg]?wh(?:_|$)|(?:^|_)k_wh(?:_|$)|watt_?hours?|watt_?min|consumption/,
    metric: 'elec_import_kwh',
  },
  { name: word('[a-z]?power', 'watts?', '[kg]w', 'k_w', 'mw', 'w', 'p'), metric: 'elec_import_kw' },
  { name: word('so2', 'sulph?ur_dioxide'), metric: 'so2_mgm3', class: 'emissions' },
  { name: word('nox'), metric: 'nox_mgm3', class: 'emissions' },
  { name: word('pm', 'dust', 'particulates?'), metric: 'pm_mgm3', class: 'emissions' },
  { name: word('co'), metric: 'co_mgm3', class: 'emissions' },
  { name: word('water'), metric: 'water_fresh_m3' },
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
/** Units of the table with others that meters send as often, a factor apart. */
const OFTEN_SENT: Readonly<Record<string, string>> = {
  kWh: 'kWh, Wh or MWh',
  kW: 'kW or W',
  kvarh: 'kvarh or varh',
  m3: 'm3 or L',
  'mg/Nm3': 'mg/Nm3, mg/m3 or ppm',
}

/** Words somewhere on the way to energy and power that say what they are of: not what the plant draws from the grid. */
const GENERATION = /(?:^|_)(?:pv|ppv|epv|solar|photovoltaics?|yield|generat\w*|production|inverter)(?:_|$)/
const STORAGE = /(?:^|_)(?:battery|batteries|batt?|ess|storage|soc)(?:_|$)/
const CHARGER = /(?:^|_)(?:go_e\w*|goe|wall_?box|evse|ev|charger|charging|ocpp|openwb)(?:_|$)/
const LIFETIME = word('total', 'lifetime', 'register', 'meter')

/** True when a name says nothing by itself. */
export function isGeneric(name: string): boolean {
  const word = metricNameOf(name)
  return word === '' || GENERIC.test(word)
}

/**
 * Null for a number that is no value, such as an id.
 *
 * @param keys on the way to the value, from the outside in
 * @param sent what the message itself calls its unit
 * @param levels of the topic that are the same in all messages
 */
export function guessOf(
  keys: readonly (string | number)[],
  sent?: SentUnit,
  levels: readonly string[] = [],
): Guessed | null {
  const all = metricNameOf(keys.join('_'))
  const key = String(keys.at(-1) ?? '')
  const last = metricNameOf(key)
  if (NO_VALUE.test(last)) return null
  const said = unitOfKey(key)
  const rule = ruleOfUnit(said) ?? ruleOf(last, isGeneric(last) ? all : last)
  const { unit, isShared, asks, reasons } = statedUnit(key, said, sent)
  const own: Guess = {
    metric: ownName(all),
    class: rule?.class ?? 'energy',
    ...(unit !== undefined && !isShared && { unit }),
  }
  const isPhase = PHASE.test(all) || keys.some((part) => typeof part === 'number')
  if (rule == null || rule.metric === null || isPhase) {
    return guessed(own, asks, [isPhase ? because('part') : because('own_name', { name: key }), ...reasons])
  }
  const meant = meantBy(rule.metric, metricNameOf([...levels, ...keys].join('_')), last)
  if (meant.metric === null) return guessed(own, meant.asks, [...meant.reasons, ...reasons])
  const { metric } = meant
  const known = METRICS.get(metric)!
  const unfit: Guess = { ...own, class: known.classes[0]! }
  const isFit = unit !== undefined && conversion(unit, known.unit, known.gas) !== null
  if (unit === undefined || (isShared && !isFit)) {
    const units = OFTEN_SENT[known.unit]
    const byName = because('name', { name: key, metric })
    if (units === undefined) return guessed({ metric, class: rule.class ?? known.classes[0]! }, null, [byName])
    return guessed(unfit, asks ?? because('unit_missing', { metric, units }), [])
  }
  if (!isFit) return guessed(unfit, null, [because('unit_unfit', { metric, unit })])
  const why = meant.reasons.length > 0 ? meant.reasons : [because('name', { name: key, metric })]
  return guessed({ metric, class: known.classes[0]!, unit }, meant.asks, [...why, ...reasons])
}

/** A question is the first of the reasons. */
function guessed(guess: Guess, asks: ProposalReason | null, reasons: readonly ProposalReason[]): Guessed {
  return asks === null
    ? { guess, asks: null, reasons }
    : { guess, asks: reasonText(asks, 'en'), reasons: [asks, ...reasons] }
}

interface StatedUnit {
  readonly unit?: string
  readonly isShared: boolean
  /** Null where nothing is in doubt. */
  readonly asks: ProposalReason | null
  readonly reasons: readonly ProposalReason[]
}

/** The unit that the message or the key says; none where they say two. */
function statedUnit(key: string, said: KeyUnit | null, sent: SentUnit | undefined): StatedUnit {
  const byKey =
    said &&
    because(said.isAlone ? 'unit_alone' : 'unit_in_key', { name: key === '' ? said.unit : key, unit: said.unit })
  if (sent !== undefined && !(sent.isShared && byKey !== null)) {
    if (said !== null && conversion(said.unit, sent.unit)?.factor !== 1) {
      const asks = because('unit_disagrees', { key_unit: said.unit, unit: sent.unit })
      return { isShared: false, asks, reasons: [] }
    }
    return { ...sent, asks: null, reasons: [because('unit_in_message', { unit: sent.unit })] }
  }
  return said === null
    ? { isShared: false, asks: null, reasons: [] }
    : { unit: said.unit, isShared: false, asks: null, reasons: [byKey!] }
}

interface Meant {
  readonly metric: string | null
  readonly asks: ProposalReason | null
  readonly reasons: readonly ProposalReason[]
}

/** The metric of energy or power, going by what stands around it, and what a person has to find out; null for none. */
function meantBy(metric: string, around: string, last: string): Meant {
  const isEnergy = metric === 'elec_import_kwh'
  if (!isEnergy && metric !== 'elec_import_kw') return { metric, asks: null, reasons: [] }
  const storage = STORAGE.exec(around)
  if (storage !== null) {
    const discharges = /discharg/.test(around)
    const charges = !discharges && /charg/.test(around)
    const way = discharges ? 'storage_discharge_kwh' : charges ? 'storage_charge_kwh' : null
    const reasons = [because('storage', { name: bare(storage[0]) })]
    return { metric: isEnergy ? way : null, asks: way === null ? because('storage_way') : null, reasons }
  }
  const generation = GENERATION.exec(around)
  if (generation !== null) {
    const reasons = [because('generation', { name: bare(generation[0]) })]
    return { metric: isEnergy ? 'renew_onsite_kwh' : null, asks: null, reasons }
  }
  if (isEnergy && CHARGER.test(around) && !LIFETIME.test(last)) {
    return { metric: null, asks: because('session'), reasons: [] }
  }
  return { metric, asks: null, reasons: [] }
}

function bare(word: string): string {
  return word.replace(/^_|_$/g, '')
}

/** The name of a value that is no metric of the table. */
export function ownName(sent: string): string {
  const name = metricNameOf(sent).slice(0, OWN_CHARS_MAX)
  return isMetricName(name) && !METRICS.has(name) ? name : `${name === '' ? 'value' : name}_sent`
}

function ruleOf(last: string, asked: string): Rule | undefined {
  return RULES.find(({ name }) => name.test(last)) ?? RULES.find(({ name }) => name.test(asked))
}

/** A key that is a unit and nothing else says what is measured; null where it is another key. */
function ruleOfUnit(said: KeyUnit | null): Rule | null {
  if (said?.isAlone !== true) return null
  const isOf = (unit: string) => conversion(said.unit, unit) !== null
  const metric = isOf('kvarh')
    ? 'elec_reactive_kvarh'
    : said.unit.endsWith('Wh')
      ? 'elec_import_kwh'
      : isOf('kW')
        ? 'elec_import_kw'
        : null
  return { name: /^/, metric }
}
