import type { ReportFactor, ReportPeriod } from '../../../base/report.js'
import type { Factor } from '../../../kpi/factors/factor.js'
import { confidenceWords, paramSourceWords } from '../../words.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import { bilingual, left, NONE, right, row, tableOf, textCell, wordCell } from '../words.js'

/** Every factor that a figure names, with where it is from; two of one id where the plant's own one was changed. */
export function factorsOf(plants: readonly PlantFacts[], figures: ReportFigures): readonly ReportFactor[] {
  const used = [...new Set(Object.values(figures.record()).flatMap(({ factors }) => factors))].sort()
  return used.flatMap((id) => {
    const found = new Map<string, ReportFactor>()
    for (const { versions } of plants) {
      for (const { plantFactors } of versions) {
        const factor = plantFactors.factor(id)
        if (factor !== undefined) found.set(JSON.stringify(reportFactor(factor)), reportFactor(factor))
      }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, factor]) => factor)
  })
}

function reportFactor(factor: Factor): ReportFactor {
  const { id, value, unit, printed, source, region, validFrom, validTo, publishedOn, paramSource, confidence } = factor
  const isAsPrinted = printed.unit === unit && Number(printed.value) === value
  return {
    id,
    value: String(value),
    unit,
    source: isAsPrinted ? source : `${source} (${printed.value} ${printed.unit})`,
    year: /\.(\d{4})(\.|$)/.exec(id)?.[1] ?? validFrom.slice(0, 4),
    region: region ?? '',
    valid_from: validFrom,
    valid_to: validTo ?? '',
    published: publishedOn,
    param_source: paramSource,
    confidence,
  }
}

/** The list of factors as a table. */
export function factorTable(
  factors: readonly ReportFactor[],
  period: ReportPeriod,
  { edition, words }: Pick<PlantFacts, 'edition' | 'words'>,
) {
  const columns = [
    left('id', 'Id', '编号'),
    right('value', 'Value', '数值'),
    left('unit', 'Unit', '单位'),
    left('region', 'Region', '区域'),
    left('year', 'Year', '数据年份'),
    left('valid', 'Valid', '有效期'),
    left('published', 'Published', '发布日期'),
    left('from', 'Parameter from', '参数来源'),
    left('confidence', 'Checked', '核对程度'),
    left('source', 'Source', '出处'),
  ]
  const rows = factors.map((one) =>
    row(
      wordCell(one.id),
      wordCell(one.value),
      wordCell(one.unit),
      one.region === '' ? textCell(bilingual('this plant', '本工厂')) : wordCell(one.region),
      wordCell(one.year),
      edition > 1 && one.valid_to !== '' && one.valid_to < period.from
        ? textCell(bilingual(`of ${one.year}, the newest published`, `${one.year} 年数据，为最新发布`))
        : words === 2 && one.valid_to === ''
          ? textCell(bilingual(`from ${one.valid_from} on`, `${one.valid_from} 起`))
          : wordCell(`${one.valid_from}/${one.valid_to}`),
      wordCell(one.published),
      textCell(paramSourceWords(one.param_source)),
      textCell(confidenceWords(one.confidence)),
      wordCell(one.source),
    ),
  )
  const note = bilingual('No factor was checked against the full text of a standard.', '所有因子均未与标准全文核对。')
  const none = row(textCell(NONE), ...columns.slice(1).map(() => null))
  return tableOf('factors', bilingual('Factors', '排放因子'), columns, rows.length > 0 ? rows : [none], note)
}
