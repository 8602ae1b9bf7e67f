import { REJECT_REASON_LIST, REJECT_REASONS } from '../../base/reasons.js'
import type { Report, Text } from '../../base/report.js'
import { REASON_WORDS } from '../words.js'
import { formulaInChinese } from './formulas-zh.js'
import { REJECT_REASONS_ZH } from './reasons-zh.js'
import { formulaOf } from './rules.js'

/**
 * Words of reports that have been improved since: as they are now, and as they were. A report that was made with the words
 * of before is compared with these, so that a better word never makes a true report fail.
 */
interface Improved {
  readonly now: Text
  readonly before: Text
  /** The text is only the beginning: words of the plant itself follow, such as a list of names. */
  readonly isBeginning?: true
}

const IMPROVED: readonly Improved[] = [
  improved(['Stack', '排气筒'], ['Stack', '排放口']),
  improved(['stack', '排气筒'], ['stack', '排放口']),
  improved(['Pollutants by stack', '大气污染物（按排气筒）'], ['Pollutants by stack', '大气污染物（按排放口）']),
  improved(
    ['no stack has sent pollutants in the period', '报告期内无排气筒数据'],
    ['no stack has sent pollutants in the period', '报告期内无排放口数据'],
  ),
  improved(['Mass of a stack', '排气筒排放量'], ['Mass of a stack', '排放口排放量']),
  improved(
    ['mean flow of the stack in the hour, Nm³/h dry', '排气筒小时平均标态干烟气流量，Nm³/h'],
    ['mean flow of the stack in the hour, Nm³/h dry', '排放口小时平均标态干烟气流量，Nm³/h'],
  ),
  improved(['main: meter at the grid', '关口表'], ['main: meter at the grid', '关口电表']),
  improved(
    ['electricity bought: what the registers of the grid meters gained, kWh', '外购电量：关口表累计值的增量，kWh'],
    ['electricity bought: what the registers of the grid meters gained, kWh', '外购电量：关口电表累计值的增量，kWh'],
  ),
  {
    ...improved(
      [
        "the plant's own, with the source in its words, not independently checked: ",
        '企业自有因子，来源为其自述，未经核对：',
      ],
      ["the plant's own, with the source in its words, checked by nobody: ", '企业自有因子，来源为其自述，未经核对：'],
    ),
    isBeginning: true,
  },
  improved(
    [
      'CH4 and N2O of combustion are not calculated by heating value and carbon content.',
      '按热值和含碳量的方法不核算燃烧的 CH4 和 N2O。',
    ],
    [
      'CH4 and N2O of combustion are not reckoned by heating value and carbon content.',
      '按热值和含碳量的方法不核算燃烧的 CH4 和 N2O。',
    ],
  ),
  improved(
    [
      'Biogenic CO2 from reported fuel_used events; no event means 0, whatever was burnt.',
      '依据生物质燃料的 fuel_used 上报事件；无上报即为 0，并不表示未燃用。',
    ],
    [
      'What events fuel_used of fuels that grew report; without one it is 0 by what was reported, whatever was burnt.',
      '依据生物质燃料的 fuel_used 上报事件；无上报即为 0，并不表示未燃用。',
    ],
  ),
  improved(
    ['lower bound is above 0: chance does not explain it', '节能量下限大于 0：偶然因素无法解释'],
    ['shown: chance does not explain it', '可认定节能：偶然因素无法解释'],
  ),
  improved(
    ['lower bound is not above 0: it may be chance', '节能量下限不大于 0：可能出于偶然'],
    ['not shown: it may be chance', '尚不能认定节能：可能出于偶然'],
  ),
  improved(
    [
      'The bounds hold the saving nine times of ten; chance does not explain it where the lower one is above 0. A day that is not known saves nothing. Cost and emissions are the saving times the mean price and factor of the import of the plant on those days.',
      '上下限以 90 % 的概率包含节能量；下限大于 0 时，偶然因素无法解释。未知的日子不计节能。费用和排放按这些日子工厂外购电的平均价格和因子折算。',
    ],
    [
      'The bounds hold the saving nine times of ten; it is shown when the lower one is above 0. A day that is not known saves nothing. Cost and emissions are the saving times the mean price and factor of the import of the plant on those days.',
      '上下限以 90 % 的概率包含节能量；下限大于 0 时才可认定节能。未知的日子不计节能。费用和排放按这些日子工厂外购电的平均价格和因子折算。',
    ],
  ),
]

/** Texts that were English in Chinese reports, too. */
const WAS_ENGLISH: ReadonlyMap<string, string> = new Map([
  ...REJECT_REASON_LIST.map((reason) => [REJECT_REASONS[reason], REJECT_REASONS_ZH[reason]] as const),
  ...['data_completeness', 'data_validity', 'data_timeliness'].map((kpi) => {
    const { formula } = formulaOf(kpi)
    return [formula, formulaInChinese(formula)] as const
  }),
])

/** A missing factor was followed by the word of its reason that programs compare. */
const MISSING_FACTOR: ReadonlyMap<string, string> = new Map(
  Object.entries(REASON_WORDS).map(([reason, { zh }]) => [`缺少因子：${zh}`, `缺少因子：${reason}`]),
)

function improved(now: readonly [en: string, zh: string], before: readonly [en: string, zh: string]): Improved {
  return { now: { en: now[0], zh: now[1] }, before: { en: before[0], zh: before[1] } }
}

/** The same report in the words that reports had before they were improved. */
export function inEarlierWords(report: Report): Report {
  return rewritten(report) as Report
}

function rewritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewritten)
  if (typeof value !== 'object' || value === null) return value
  if (isText(value)) return earlier(value)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rewritten(one)]))
}

function isText(value: object): value is Text {
  return 'en' in value && 'zh' in value && typeof value.en === 'string' && typeof value.zh === 'string'
}

/** Both languages have to agree, so that words of a plant are left as they are. */
function earlier(text: Text): Text {
  if (WAS_ENGLISH.get(text.en) === text.zh) return { en: text.en, zh: text.en }
  const missing = MISSING_FACTOR.get(text.zh)
  if (missing !== undefined) return { en: text.en, zh: missing }
  for (const { now, before, isBeginning } of IMPROVED) {
    if (text.en === now.en && text.zh === now.zh) return before
    if (isBeginning) {
      if (!text.en.startsWith(now.en) || !text.zh.startsWith(now.zh)) continue
      return { en: before.en + text.en.slice(now.en.length), zh: before.zh + text.zh.slice(now.zh.length) }
    }
    // A report of several plants puts the name of the plant before a title.
    if (text.en.endsWith(`: ${now.en}`) && text.zh.endsWith(`：${now.zh}`)) {
      return { en: text.en.slice(0, -now.en.length) + before.en, zh: text.zh.slice(0, -now.zh.length) + before.zh }
    }
  }
  return text
}
