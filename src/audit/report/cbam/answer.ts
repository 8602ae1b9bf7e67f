import type { CbamExchange } from '../../../base/options/cbam.js'
import type { ConfiguredText } from '../../../base/options/statements.js'
import type { ReportCell, Text } from '../../../base/report.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import { bilingual, configuredText, figureCell, textCell, wordCell } from '../words.js'
import { goodFigures } from './good-figures.js'
import { type ProcessFigures, processesOf, type ReportedGood } from './processes.js'

/** One answer to an item: a value, or null with the reason for it. */
export interface ItemAnswer {
  /** The good, process or other thing that it is about; null for the installation. */
  readonly of: Text | null
  readonly cell: ReportCell
  /** The reason why there is no value; null where there is one. */
  readonly lacks: Text | null
}

/** A plant, its figures, and its goods and production processes with theirs: what every item is answered from. */
export interface ItemContext {
  readonly facts: PlantFacts
  readonly figures: ReportFigures
  readonly cbam: NonNullable<PlantFacts['options']['report']['cbam']>
  readonly goods: readonly ReportedGood[]
  readonly processes: readonly ProcessFigures[]
}

/** Answers an item or a part of one. */
export type ItemAnswering = (context: ItemContext) => readonly ItemAnswer[]

export function itemContext(facts: PlantFacts, figures: ReportFigures): ItemContext {
  const cbam = facts.options.report.cbam ?? { goods: [] }
  const goods = cbam.goods.map((good): ReportedGood => {
    return {
      good,
      name: configuredText(good.name) ?? bilingual(good.id, good.id),
      made: goodFigures(facts, figures, good),
      isInAnnexII: good.in_annex_ii ?? isAnnexII(good.cn_code),
    }
  })
  return { facts, figures, cbam, goods, processes: processesOf(facts, figures, goods) }
}

/** Goods of which direct emissions alone count: iron, steel, aluminium and hydrogen. Source: Regulation (EU) 2023/956, Annex II (from memory). */
function isAnnexII(cn: string): boolean {
  return /^(72|73|76)/.test(cn) || cn === '28041000'
}

export function given(cell: ReportCell, of: Text | null = null): ItemAnswer {
  return { of, cell, lacks: null }
}

export function lacking(lacks: Text, of: Text | null = null): ItemAnswer {
  return { of, cell: null, lacks }
}

/** The setting is named, so that whoever reads the report knows what to fill in. */
export function notConfigured(setting: string, of: Text | null = null): ItemAnswer {
  return lacking(bilingual(`not configured: ${settingPath(setting)}`, `未配置：${settingPath(setting)}`), of)
}

export function notMeasured(en: string, zh: string, of: Text | null = null): ItemAnswer {
  return lacking(bilingual(`not measured: ${en}`, `未计量：${zh}`), of)
}

export function doesNotApply(en: string, zh: string, of: Text | null = null): ItemAnswer {
  return lacking(bilingual(`does not apply: ${en}`, `不适用：${zh}`), of)
}

/** A statement in words. The report is in English: what is configured in Chinese alone is none. */
export function said(words: ConfiguredText | undefined, setting: string, of: Text | null = null): ItemAnswer {
  const text = configuredText(words)
  if (text === null) return notConfigured(setting, of)
  if (/\p{Script=Han}/u.test(text.en)) {
    return lacking(
      bilingual(
        `not configured in English: ${settingPath(setting)}; the report has to be in English`,
        `未以英文配置：${settingPath(setting)}；报告须为英文`,
      ),
      of,
    )
  }
  return given(textCell(text), of)
}

/** Most settings are of the section `cbam`; others say their section. */
function settingPath(setting: string): string {
  return setting.startsWith('plant.') ? setting.slice('plant.'.length) : `report.cbam.${setting}`
}

/** A code or number that is the same in every language. */
export function coded(word: string | number | undefined, setting: string, of: Text | null = null): ItemAnswer {
  return word === undefined ? notConfigured(setting, of) : given(wordCell(word), of)
}

export function figureAnswer(
  id: string,
  unit: string,
  decimals: number,
  of: Text | null = null,
  scale = 1,
): ItemAnswer {
  return given(figureCell(id, unit, decimals, scale), of)
}

/** Kilograms of CO2e, in tonnes. */
export function tonnesAnswer(id: string, of: Text | null = null): ItemAnswer {
  return figureAnswer(id, 'tCO2e', 3, of, 0.001)
}

export function yesNo(is: boolean, of: Text | null = null): ItemAnswer {
  return given(textCell(is ? bilingual('yes', '是') : bilingual('no', '否')), of)
}

/** A statement that somebody has to make: true or false, or nobody has made it. */
export function confirmed(is: boolean | undefined, setting: string, of: Text | null = null): ItemAnswer {
  return is === undefined ? notConfigured(setting, of) : yesNo(is, of)
}

/** `a: b`, in both languages. */
export function subject(a: Text, b: Text): Text {
  return bilingual(`${a.en}: ${b.en}`, `${a.zh}：${b.zh}`)
}

/** Answers for each of some things, or why there is none. */
export function eachOr<One>(
  all: readonly One[],
  none: ItemAnswer,
  answers: (one: One) => ItemAnswer | readonly ItemAnswer[],
): readonly ItemAnswer[] {
  return all.length === 0 ? [none] : all.flatMap((one) => answers(one))
}

export const NO_GOODS: ItemAnswer = notConfigured('goods')

/** Names of other installations that something comes from or goes to, with what else identifies them. */
export function partnersOf(
  { cbam }: ItemContext,
  exchanges: readonly CbamExchange[],
  beside: readonly ('country' | 'registry_id' | 'contact')[] = ['country', 'registry_id'],
): readonly ItemAnswer[] {
  if (cbam.partners === undefined) return [notConfigured('partners')]
  const found = cbam.partners.filter((one) => one.exchanges.some((exchange) => exchanges.includes(exchange)))
  if (found.length === 0) return [doesNotApply('report.cbam.partners names none', 'report.cbam.partners 未列出')]
  return found.map((one) => {
    const words = one.exchanges.filter((exchange) => exchanges.includes(exchange)).map((is) => EXCHANGE_WORDS[is])
    const parts = [one.name, ...beside.flatMap((key) => one[key] ?? [])]
    const of = bilingual(words.map(({ en }) => en).join(', '), words.map(({ zh }) => zh).join('、'))
    return given(wordCell(parts.join('; ')), of)
  })
}

/** Says whether there is such an exchange with other installations, and nothing more. */
export function isExchanged(
  { cbam }: ItemContext,
  exchanges: readonly CbamExchange[],
  of: Text | null = null,
): ItemAnswer {
  if (cbam.partners === undefined) return notConfigured('partners', of)
  return yesNo(
    cbam.partners.some((one) => one.exchanges.some((exchange) => exchanges.includes(exchange))),
    of,
  )
}

const EXCHANGE_WORDS: Readonly<Record<CbamExchange, Text>> = {
  heat_in: bilingual('heat comes from', '热力来自'),
  heat_out: bilingual('heat goes to', '热力送往'),
  waste_gas_in: bilingual('waste gases come from', '废气来自'),
  waste_gas_out: bilingual('waste gases go to', '废气送往'),
  electricity_in: bilingual('electricity comes from', '电力来自'),
  electricity_out: bilingual('electricity goes to', '电力送往'),
  co2_in: bilingual('CO2 comes from', 'CO2 来自'),
  co2_out: bilingual('CO2 goes to', 'CO2 送往'),
}
