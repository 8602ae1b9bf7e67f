import type { CbamPrecursor } from '../../../base/options/cbam.js'
import type { Text } from '../../../base/report.js'
import { lastDay } from '../../periods.js'
import { add, decimal, multiply, quotient } from '../decimal.js'
import { knownValue, unknownValue } from '../figures.js'
import { bilingual, configuredText, same, textCell, wordCell } from '../words.js'
import {
  coded,
  doesNotApply,
  eachOr,
  figureAnswer,
  given,
  type ItemAnswer,
  type ItemAnswering,
  type ItemContext,
  notConfigured,
  said,
  subject,
} from './answer.js'
import { markupPct, usedValue } from './markup.js'

/** A precursor that goes into a good, and the id of its quantity. */
interface PrecursorUse {
  readonly precursor: CbamPrecursor
  /** Ids of its figures begin with it. */
  readonly stem: string
  readonly process: Text
  readonly good: Text
  readonly mass: string
}

function usesOf({ facts, figures, processes }: ItemContext): readonly PrecursorUse[] {
  return processes.flatMap(({ name: process, goods }) =>
    goods.flatMap(({ good, name, made }) =>
      good.precursors.map((precursor, i): PrecursorUse => {
        const stem = `${facts.plant.id}/cbam/${good.id}/precursor/${i + 1}`
        const title = subject(name, nameOf(precursor))
        const mass = figures.rule(`${stem}/mass`, title, 't', {
          formula: 'cbam_precursor_mass',
          of: [made.mass],
          value: (tonnes) => knownValue(multiply(tonnes!, decimal(precursor.t_per_t))),
        })
        return { precursor, stem, process, good: name, mass }
      }),
    ),
  )
}

function nameOf({ name }: CbamPrecursor): Text {
  return configuredText(name) ?? same('')
}

/** Precursors of one type are those of one CN code, or of one name where none is configured. */
function typeOf({ cn_code, name }: CbamPrecursor): Text {
  const text = configuredText(name) ?? same('')
  return cn_code === undefined ? text : bilingual(`${text.en} (CN ${cn_code})`, `${text.zh}（CN ${cn_code}）`)
}

const NO_PRECURSORS = notConfigured('goods[].precursors')

function grouped<One>(all: readonly One[], keyOf: (one: One) => string): readonly (readonly [One, ...One[]])[] {
  const groups = new Map<string, [One, ...One[]]>()
  for (const one of all) {
    const found = groups.get(keyOf(one))
    if (found === undefined) groups.set(keyOf(one), [one])
    else found.push(one)
  }
  return [...groups.values()]
}

/** Tonnes by type of precursor, over the installation or by process. */
function quantities(isMadeHere: boolean, isByProcess: boolean): ItemAnswering {
  return (context) => {
    const all = usesOf(context)
    if (all.length === 0) return [NO_PRECURSORS]
    const uses = all.filter(({ precursor }) => (precursor.made_here ?? false) === isMadeHere)
    const none = isMadeHere
      ? doesNotApply('no precursor is configured as made here (made_here)', '未配置本装置自产前体（made_here）')
      : doesNotApply('all precursors are configured as made here', '全部前体均配置为本装置自产')
    const key = ({ precursor, process }: PrecursorUse) =>
      `${isByProcess ? process.en : ''} ${precursor.cn_code ?? nameOf(precursor).en}`
    return eachOr(grouped(uses, key), none, (group) => {
      const [{ precursor, process }] = group
      const type = typeOf(precursor)
      return figureAnswer(totalOf(context, group, isByProcess), 't', 3, isByProcess ? subject(process, type) : type)
    })
  }
}

function totalOf(
  { figures }: ItemContext,
  group: readonly [PrecursorUse, ...PrecursorUse[]],
  isByProcess: boolean,
): string {
  const [first] = group
  if (group.length === 1) return first.mass
  const name = typeOf(first.precursor)
  const id = `${first.stem}/${isByProcess ? 'mass_of_process' : 'mass_of_installation'}`
  return figures.sum(
    id,
    isByProcess ? subject(first.process, name) : name,
    't',
    group.map(({ mass }) => mass),
  )
}

export const ownPrecursors = quantities(true, false)
export const ownPrecursorsByProcess = quantities(true, true)
export const boughtPrecursors = quantities(false, false)
export const boughtPrecursorsByProcess = quantities(false, true)

/** Answers for each precursor with default values, or with actual ones. */
function ofPrecursors(
  isDefault: boolean,
  answer: (use: PrecursorUse, context: ItemContext) => ItemAnswer | readonly ItemAnswer[],
): ItemAnswering {
  return (context) => {
    const all = usesOf(context)
    if (all.length === 0) return [NO_PRECURSORS]
    const none = isDefault
      ? doesNotApply('no precursor has default values', '无采用缺省值的前体')
      : doesNotApply('no precursor has actual values', '无采用实际值的前体')
    return eachOr(
      all.filter(({ precursor }) => precursor.is_default === isDefault),
      none,
      (use) => answer(use, context),
    )
  }
}

function useName({ good, precursor }: PrecursorUse): Text {
  return subject(good, nameOf(precursor))
}

const code = (use: PrecursorUse) => coded(use.precursor.cn_code, 'goods[].precursors[].cn_code', useName(use))
const goodName = (use: PrecursorUse) => said(use.precursor.name, 'goods[].precursors[].name', useName(use))

function country(use: PrecursorUse): ItemAnswer {
  const { precursor } = use
  return precursor.made_here === true
    ? doesNotApply('made in this installation', '由本装置生产', useName(use))
    : coded(precursor.country, 'goods[].precursors[].country', useName(use))
}

/** Specific embedded emissions as they count, direct and indirect. */
function embedded(use: PrecursorUse, { facts, figures }: ItemContext): readonly ItemAnswer[] {
  const { precursor, stem } = use
  const pct = markupPct(facts, precursor)
  return (['see_direct', 'see_indirect'] as const).map((key) => {
    const words = key === 'see_direct' ? bilingual('direct', '直接') : bilingual('indirect', '间接')
    const title = subject(useName(use), words)
    const source = pct === 0 ? precursor.source : `${precursor.source}: ${decimal(precursor[key])} + ${decimal(pct)} %`
    const id = figures.statement(`${stem}/${key}`, title, 'tCO2e/t', usedValue(facts, precursor, key), source)
    return figureAnswer(id, 'tCO2e/t', 6, title)
  })
}

function markup(use: PrecursorUse, { facts }: ItemContext): ItemAnswer {
  const of = subject(useName(use), bilingual('mark-up that is added', '附加加成'))
  if (use.precursor.markup_pct !== undefined)
    return given(wordCell(`${decimal(markupPct(facts, use.precursor))} %`), of)
  return given(textCell(bilingual('none: the values are taken as they are configured', '无：按配置值采用')), of)
}

export const defaultCodes = ofPrecursors(true, code)
export const defaultNames = ofPrecursors(true, goodName)
export const defaultCountries = ofPrecursors(true, country)
export const defaultValues = ofPrecursors(true, (use, context) => [...embedded(use, context), markup(use, context)])
export const actualCodes = ofPrecursors(false, code)
export const actualNames = ofPrecursors(false, goodName)
export const actualCountries = ofPrecursors(false, country)
export const actualValues = ofPrecursors(false, embedded)

function periodText({ period }: CbamPrecursor): string | undefined {
  return period === undefined ? undefined : daysText(period)
}

/** First and last day, both included. */
function daysText({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from} – ${lastDay(to)}`
}

const BASES = {
  default_reporting_period: bilingual('default reporting period', '缺省报告期'),
  time_of_production: bilingual('actual time of production', '实际生产时间'),
} as const

/** A precursor that is made here has the period of the report. */
function periodAnswer(use: PrecursorUse, { facts }: ItemContext): ItemAnswer {
  return use.precursor.made_here === true
    ? given(wordCell(daysText(facts.period)), useName(use))
    : coded(periodText(use.precursor), 'goods[].precursors[].period', useName(use))
}

export const actualPeriods = ofPrecursors(false, (use, context) => {
  const { period_basis } = use.precursor
  const of = subject(useName(use), bilingual('determined by', '确定方式'))
  return [
    periodAnswer(use, context),
    period_basis === undefined
      ? notConfigured('goods[].precursors[].period_basis', of)
      : given(textCell(BASES[period_basis]), of),
  ]
})

/** The summary asks for the year in which the precursor was used: the days of the report. */
export const actualPeriodsAndYear = ofPrecursors(false, (use, context) => {
  const { period } = context.facts
  const of = subject(useName(use), bilingual('year of use', '使用年份'))
  const last = new Date(Date.parse(period.to) - 1).getUTCFullYear()
  const first = period.from.slice(0, 4)
  return [periodAnswer(use, context), given(wordCell(first === String(last) ? first : `${first} – ${last}`), of)]
})

/** The mean of several values by the tonnes of each. */
function mean(
  context: ItemContext,
  group: readonly [PrecursorUse, ...PrecursorUse[]],
  name: string,
): readonly ItemAnswer[] {
  const { facts, figures } = context
  const [first] = group
  return (['see_direct', 'see_indirect'] as const).map((key) => {
    const title = subject(
      typeOf(first.precursor),
      key === 'see_direct'
        ? bilingual('direct, mean by mass', '直接，按质量加权')
        : bilingual('indirect, mean by mass', '间接，按质量加权'),
    )
    const id = figures.rule(`${first.stem}/${name}_${key}`, title, 'tCO2e/t', {
      formula: 'cbam_precursor_mean',
      of: group.map(({ mass }) => mass),
      value: (...masses) => {
        const parts = group.map(({ precursor }, i) => multiply(masses[i]!, usedValue(facts, precursor, key)))
        const value = quotient(add('0', ...parts), add('0', ...masses))
        return value === null ? unknownValue('no_denominator') : knownValue(value)
      },
    })
    return figureAnswer(id, 'tCO2e/t', 6, title)
  })
}

function distinct(group: readonly PrecursorUse[], of: (precursor: CbamPrecursor) => string | undefined): number {
  return new Set(group.flatMap(({ precursor }) => of(precursor) ?? [])).size
}

export const severalPeriods: ItemAnswering = (context) => {
  const bought = usesOf(context).filter(
    ({ precursor }) => precursor.cn_code !== undefined && precursor.made_here !== true,
  )
  const groups = grouped(bought, ({ precursor }) => `${precursor.cn_code} ${precursor.installation ?? ''}`).filter(
    (group) => distinct(group, periodText) > 1,
  )
  const none = doesNotApply(
    'no CN code is configured with several reporting periods of one installation',
    '未配置同一装置同一 CN 编码的多个报告期',
  )
  return eachOr(groups, none, (group) => mean(context, group, 'periods'))
}

const METHODS = {
  default_method: bilingual('default method of Article 14(2)', '第 14(2) 条的缺省方法'),
  chosen_installations: bilingual('chosen installations by Article 14(3)', '按第 14(3) 条选定的装置'),
} as const

export const severalInstallations: ItemAnswering = (context) => {
  const uses = usesOf(context).filter(({ precursor }) => precursor.cn_code !== undefined)
  const groups = grouped(uses, ({ precursor, process }) => `${process.en} ${precursor.cn_code}`).filter(
    (group) => distinct(group, ({ installation }) => installation) > 1,
  )
  const none = doesNotApply(
    'no process is configured with a CN code from several installations',
    '未配置来自多个装置的同一 CN 编码前体',
  )
  return eachOr(groups, none, (group) => {
    const [{ precursor, process }] = group
    const of = subject(process, typeOf(precursor))
    return [
      ...mean(context, group, 'installations'),
      precursor.obtained_by === undefined
        ? notConfigured('goods[].precursors[].obtained_by', of)
        : given(textCell(METHODS[precursor.obtained_by]), of),
    ]
  })
}

export const origins: ItemAnswering = (context) =>
  eachOr(usesOf(context), NO_PRECURSORS, (use) => {
    const { precursor } = use
    const of = (en: string, zh: string) => subject(useName(use), bilingual(en, zh))
    if (precursor.made_here === true) return doesNotApply('made in this installation', '由本装置生产', useName(use))
    const setting = (key: string) => `goods[].precursors[].${key}`
    return [
      coded(precursor.operator, setting('operator'), of('name of the operator', '运营方名称')),
      coded(precursor.installation, setting('installation'), of('name of the installation', '装置名称')),
      coded(precursor.registry_id, setting('registry_id'), of('identifier in the CBAM Registry', 'CBAM 登记系统编号')),
      coded(periodText(precursor), setting('period'), of('reporting period', '报告期')),
    ]
  })
