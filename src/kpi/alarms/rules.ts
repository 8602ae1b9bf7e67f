import { type AlarmSeverity, EXPECTED_DEMAND, MONTH_OVERDUE } from '../../base/alarm.js'
import { demandTargetOf } from '../../base/demand-limit.js'
import type { KpiInfo, Scope, Window } from '../../base/kpi.js'
import { missedSideOf } from '../../base/missed-side.js'
import type { ConfigVersion, PlantOptions } from '../../base/plant.js'
import { COMPLETENESS } from '../schedule/calendar-month.js'
import { unitInCurrency } from '../settings/currency.js'
import { ONLY_GROWS } from '../settings/version.js'
import type { AlarmLimit, Delays } from './machine.js'
import { type AlarmTexts, budgetText, expectedDemandText, limitText } from './texts.js'

interface Common extends Delays {
  readonly id: string
  readonly severity: AlarmSeverity
  readonly text: AlarmTexts
  readonly unit: string
}

/** A limit on the figures of one KPI. */
export interface KpiRule extends Common, AlarmLimit {
  readonly kind: 'kpi'
  readonly kpi: string
  readonly window: Window
  readonly scope: Scope
  /** null: each of the scope. */
  readonly of: string | null
  /** A provisional figure beyond the limit is enough: it is a sum of registers that only grow, and the limit is an upper one. */
  readonly isEarly: boolean
  /** So long the figures of windows have to stand still before they are judged; 0 judges them at once. */
  readonly settleMs: number
}

/** A device that is silent, or has a wrong clock, for longer than `onMs`; names that are refused; a peak that is expected; or a month that is not attested. */
export interface DeviceRule extends Common {
  readonly kind: 'silence' | 'clock' | 'limit' | 'demand' | 'attestation'
}

export type Rule = KpiRule | DeviceRule

/** The rules of one plant in one configuration. */
export interface RuleSet {
  readonly byId: ReadonlyMap<string, Rule>
  /** Keyed by `kpi|window`. */
  readonly byFigure: ReadonlyMap<string, readonly KpiRule[]>
}

const NO_RULES: RuleSet = { byId: new Map(), byFigure: new Map() }

/** The rules of every configuration, and which were in force when. */
export class Rules {
  readonly #catalogue: ReadonlyMap<string, KpiInfo>
  readonly #versions: { readonly fromMs: number; readonly byPlant: ReadonlyMap<string, RuleSet> }[] = []

  constructor(catalogue: readonly KpiInfo[]) {
    this.#catalogue = new Map(catalogue.map((kpi) => [kpi.id, kpi]))
  }

  add({ fromMs, plants }: Pick<ConfigVersion, 'fromMs' | 'plants'>): void {
    const byPlant = new Map(plants.map((plant) => [plant.id, rulesOf(plant, this.#catalogue)]))
    this.#versions.push({ fromMs, byPlant })
  }

  /**
   * The rules of a plant at an instant; the first configuration that names it holds for all time before. Empty for a
   * plant that is not configured.
   */
  at(plant: string, ms: number): RuleSet {
    for (let i = this.#versions.length - 1; i >= 0; i--) {
      const version = this.#versions[i]!
      if (version.fromMs <= ms) return version.byPlant.get(plant) ?? this.#firstOf(plant, i)
    }
    return this.#firstOf(plant, -1)
  }

  /** From when on a rule that was in force at `ms` is no longer, epoch ms; null while it is. */
  goneMs(plant: string, rule: string, ms: number): number | null {
    const first = this.#versions.findIndex(({ byPlant }) => byPlant.has(plant))
    const later = this.#versions.slice(Math.max(0, first)).find(({ fromMs, byPlant }) => {
      return fromMs > ms && byPlant.get(plant)?.byId.has(rule) !== true
    })
    return later?.fromMs ?? null
  }

  /** Before a plant was configured for the first time: the rules it was given then. */
  #firstOf(plant: string, upTo: number): RuleSet {
    const first = this.#versions.findIndex(({ byPlant }) => byPlant.has(plant))
    return first > upTo ? (this.#versions[first]?.byPlant.get(plant) ?? NO_RULES) : NO_RULES
  }
}

/** The entry of a KPI in the catalogue gives money in the currency of the plant. */
type InfoOf = (kpi: string) => KpiInfo | undefined

/** The rules that the configuration of a plant comes to: from targets, `alarms` and `alarm_defaults`. */
export function rulesOf(plant: PlantOptions, catalogue: ReadonlyMap<string, KpiInfo>): RuleSet {
  const { silence, completeness, clock, too_many, demand, attestation } = plant.alarm_defaults
  const infoOf = (id: string): KpiInfo | undefined => {
    const info = catalogue.get(id)
    return info === undefined ? undefined : { ...info, unit: unitInCurrency(info.unit, plant) }
  }
  const rules: Rule[] = [...plant.targets.flatMap((target) => ofTarget(target, infoOf))]
  for (const { id, of, above, below, hysteresis, on_delay_s, off_delay_s, text, ...rule } of plant.alarms) {
    const limit =
      above !== undefined ? ({ side: 'above', limit: above } as const) : { side: 'below' as const, limit: below ?? 0 }
    const delays = { onMs: on_delay_s * 1000, offMs: off_delay_s * 1000 }
    rules.push(kpiRule({ ...rule, id, of: of ?? null, ...limit, hysteresis, ...delays }, infoOf, text))
  }
  if (completeness.enabled) {
    const { window, below, hysteresis, severity } = completeness
    rules.push(
      kpiRule(
        {
          id: 'data-completeness',
          kpi: COMPLETENESS,
          window,
          scope: 'plant',
          of: null,
          side: 'below',
          limit: below,
          hysteresis,
          ...NO_DELAY,
          severity,
        },
        infoOf,
      ),
    )
  }
  if (silence.enabled) rules.push(deviceRule('silence', silence, { en: 'Device is silent', zh: '设备无数据' }))
  if (clock.enabled) rules.push(deviceRule('clock', clock, { en: 'Device clock is wrong', zh: '设备时钟异常' }))
  if (too_many.enabled) {
    const text = { en: 'New names or events are refused: a limit is reached', zh: '新名称或事件被拒收：已达数量上限' }
    rules.push({ ...deviceRule('limit', { ...too_many, delay_s: 0 }, text), unit: '1' })
  }
  if (demand.enabled && demandTargetOf(plant.targets) !== null) {
    rules.push(deviceRule('demand', { ...demand, delay_s: 0 }, expectedDemandText(demand.chance)))
  }
  if (attestation.enabled && plant.ets !== undefined) {
    const text = {
      en: 'A month of the carbon market is not attested by its deadline',
      zh: '碳市场月度数据到期未确认',
    }
    rules.push(deviceRule('attestation', { ...attestation, delay_s: 0 }, text))
  }
  const falling = new Set(plant.virtual_meters.filter(({ minus }) => minus.length > 0).map(({ id }) => id))
  const byId = new Map<string, Rule>()
  for (const rule of rules) {
    if (!byId.has(rule.id)) byId.set(rule.id, settling(withoutFalling(rule, falling), completeness.delay_s * 1000))
  }
  const byFigure = new Map<string, KpiRule[]>()
  for (const rule of byId.values()) {
    if (rule.kind !== 'kpi') continue
    const key = `${rule.kpi}|${rule.window}`
    byFigure.set(key, [...(byFigure.get(key) ?? []), rule])
  }
  return { byId, byFigure }
}

/** A virtual meter that takes others off may fall while its window is open: its rules wait for the end of it. */
function withoutFalling(rule: Rule, falling: ReadonlySet<string>): Rule {
  if (rule.kind !== 'kpi' || !rule.isEarly || rule.scope !== 'device') return rule
  const mayFall = rule.of === null ? falling.size > 0 : falling.has(rule.of)
  return mayFall ? { ...rule, isEarly: false } : rule
}

/** Only how much has come is judged later: what is missing may still be on its way. */
function settling(rule: Rule, settleMs: number): Rule {
  return rule.kind === 'kpi' && rule.kpi === COMPLETENESS ? { ...rule, settleMs } : rule
}

/** Id of the rule that a fact is judged by. */
export function factRuleId(kind: DeviceRule['kind']): string {
  if (kind === 'attestation') return MONTH_OVERDUE
  return kind === 'demand' ? EXPECTED_DEMAND : `device-${kind}`
}

const NO_DELAY: Delays = { onMs: 0, offMs: 0 }

/** Makes the rules of a target: `max` and `min` are limits, `warn` is a part of `max`, a budget can be used up or not reached. */
function ofTarget(target: PlantOptions['targets'][number], infoOf: InfoOf): KpiRule[] {
  const { kpi, window, min, max, budget, warn, severity } = target
  const one = (what: string, side: AlarmLimit['side'], limit: number | undefined, usual: AlarmSeverity) =>
    limit === undefined
      ? []
      : [
          kpiRule(
            {
              id: `${kpi}-${window}-${what}`,
              kpi,
              window,
              scope: 'plant',
              of: null,
              side,
              limit,
              hysteresis: 0,
              ...NO_DELAY,
              severity: usual,
            },
            infoOf,
            {},
            what === 'budget',
          ),
        ]
  return [
    ...one('max', 'above', max, severity ?? 'major'),
    ...one('warn', 'above', max === undefined || warn === undefined ? undefined : max * warn, 'warning'),
    ...one('min', 'below', min, severity ?? 'major'),
    ...one('budget', missedSideOf(kpi, 'budget'), budget, severity ?? 'minor'),
  ]
}

function kpiRule(
  rule: Omit<KpiRule, 'kind' | 'text' | 'unit' | 'isEarly' | 'settleMs'>,
  infoOf: InfoOf,
  text: { readonly en?: string | undefined; readonly zh?: string | undefined } = {},
  isBudget = false,
): KpiRule {
  const info = infoOf(rule.kpi)
  const unit = info?.unit ?? ''
  const usual = isBudget ? budgetText({ ...rule, unit }, info) : limitText({ ...rule, unit }, info)
  return {
    ...rule,
    kind: 'kpi',
    unit,
    text: { en: text.en ?? usual.en, zh: text.zh ?? usual.zh },
    isEarly: rule.side === 'above' && rule.onMs === 0 && ONLY_GROWS.test(rule.kpi),
    settleMs: 0,
  }
}

function deviceRule(
  kind: DeviceRule['kind'],
  { delay_s, severity }: { readonly delay_s: number; readonly severity: AlarmSeverity },
  text: AlarmTexts,
): DeviceRule {
  return { kind, id: factRuleId(kind), severity, text, unit: 's', onMs: delay_s * 1000, offMs: 0 }
}
