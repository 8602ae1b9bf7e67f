import { HOUR_MS } from '../../../base/durations.js'
import type { ReportRow, Text } from '../../../base/report.js'
import { RULES_EDITION } from '../../../kpi/rules-edition.js'
import { isMetered, type PlantFacts } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import {
  bilingual,
  CO2_ONLY_NOTE,
  emissionCell,
  figureCell,
  isAnyCo2Only,
  joinedTexts,
  left,
  NOT_CONFIGURED,
  partRow,
  ROUNDED,
  right,
  row,
  strongRow,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'
import type { ReportBlock } from './block.js'
import { hasScope1, scope1Figures } from './scope1.js'

export interface Scope2Figures {
  readonly importKwh: string
  readonly locationBased: string
  readonly marketBased: string
  /** Purchased heat, a part of both methods; null in a plant that buys no heat. */
  readonly heat: string | null
  readonly electricityLb: string
  readonly electricityMb: string
}

export function scope2Figures(facts: PlantFacts, figures: ReportFigures): Scope2Figures {
  const id = facts.plant.id
  const of = (kpi: string) => figures.days(facts, `${id}/${kpi}`, { kpi, scope: 'plant', id })
  const [importKwh, locationBased, marketBased] = [of('energy_elec_import'), of('scope2_lb'), of('scope2_mb')]
  const { carbon } = facts.options
  const metrics = carbon.purchased_steam === undefined ? ['heat_gj'] : ['heat_gj', 'steam_mass_t']
  const heat = facts.days('scope2_heat', 'plant', id).length > 0 || isMetered(facts, metrics) ? of('scope2_heat') : null
  const less = heat === null ? [] : [heat]
  const unit = kpiOf('scope2_lb').unit
  return {
    importKwh,
    locationBased,
    marketBased,
    heat,
    electricityLb: figures.sum(
      `${id}/scope2_lb_electricity`,
      bilingual('Purchased electricity, location-based', '外购电力（基于位置）'),
      unit,
      [locationBased],
      less,
    ),
    electricityMb: figures.sum(
      `${id}/scope2_mb_electricity`,
      bilingual('Purchased electricity, market-based', '外购电力（基于市场）'),
      unit,
      [marketBased],
      less,
    ),
  }
}

export const scope2: ReportBlock = (facts, figures) => {
  const made = scope2Figures(facts, figures)
  const columns = [
    left('what', 'Item', '项目'),
    right('lb', 'Location-based', '基于位置'),
    right('mb', 'Market-based', '基于市场'),
  ]
  const rows: ReportRow[] = [
    partRow(
      textCell(bilingual('Purchased electricity', '外购电力')),
      emissionCell(figures, made.electricityLb),
      emissionCell(figures, made.electricityMb),
    ),
  ]
  if (made.heat !== null) {
    const cell = emissionCell(figures, made.heat)
    rows.push(partRow(textCell(bilingual('Purchased heat and steam', '外购热力')), cell, cell))
  }
  rows.push(
    strongRow(
      textCell(bilingual('Scope 2', '范围二')),
      emissionCell(figures, made.locationBased),
      emissionCell(figures, made.marketBased),
    ),
  )
  const plain = plainWords(facts)
  const isCo2 = isAnyCo2Only(figures, [made.locationBased, made.marketBased])
  const note = joinedTexts([plain, marketWords(facts), ...(isCo2 ? [CO2_ONLY_NOTE] : []), ...rounded(facts)], ' ')
  return [
    tableOf('scope2', bilingual('Scope 2 by both methods', '范围二（两种方法）'), columns, rows, note),
    instruments(facts, figures),
  ]
}

function plainWords({ versions, options }: PlantFacts): Text {
  const isHourly = (versions.at(-1)?.edition ?? RULES_EDITION) < 2 || options.carbon.matching === 'hourly'
  return isHourly
    ? bilingual(
        'Power made on site is not in it; export takes nothing off. Contracts deliver hour by hour.',
        '不含自发电；外送电量不作抵减。合同电量逐小时交付。',
      )
    : bilingual(
        'Power made on site is not in it; export takes nothing off. Contracts are matched over their whole period.',
        '不含自发电；外送电量不作抵减。合同电量按合同期整体匹配。',
      )
}

/** Contracts and certificates bought to cover consumption. Source: KPI specification §6, instruments. */
function instruments(facts: PlantFacts, figures: ReportFigures) {
  const id = facts.plant.id
  const columns = [
    left('id', 'Contract or certificate', '合同或证书'),
    right('kwh', 'Contracted', '合同电量'),
    right('factor', 'kgCO2e/kWh', 'kgCO2e/kWh'),
    left('vintage', 'Vintage', '年份'),
    left('technology', 'Technology', '技术'),
    left('market', 'Market', '市场'),
    left('registry', 'Registry', '登记机构'),
    left('certificates', 'Certificates', '证书编号'),
    left('retired', 'Retired on', '注销日期'),
  ]
  const or = (word: string | undefined) => (word === undefined ? textCell(NOT_CONFIGURED) : wordCell(word))
  const rows: ReportRow[] = facts.options.contracts
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((one) => {
      const name = bilingual(`${one.id}: contracted`, `${one.id}：合同电量`)
      const kwh = figures.statement(`${id}/contract/${one.id}`, name, 'kWh', String(one.kwh), 'contracts')
      return row(
        wordCell(one.id),
        figureCell(kwh, 'kWh', 0),
        wordCell(one.factor),
        wordCell(one.vintage),
        or(one.technology),
        or(one.market),
        or(one.registry),
        or(one.certificates?.join(', ')),
        or(one.retired_on),
      )
    })
  const blanks = columns.slice(2).map(() => null)
  if (facts.days('scope2_covered_share', 'plant', id).length > 0) {
    const covered = figures.days(facts, `${id}/covered_kwh`, {
      kpi: 'scope2_covered_share',
      scope: 'plant',
      id,
      unit: 'kWh',
      name: bilingual('Import covered by contracts', '合同覆盖的外购电量'),
    })
    const { importKwh } = scope2Figures(facts, figures)
    const share = figures.quotient(
      `${id}/covered_share`,
      kpiOf('scope2_covered_share').name,
      '%',
      [covered, importKwh],
      100,
    )
    rows.push(
      strongRow(textCell(bilingual('Covered in the period', '报告期内覆盖')), figureCell(covered, 'kWh', 3), ...blanks),
    )
    rows.push(row(textCell(bilingual('Share of the import', '占外购电比例')), figureCell(share, '%', 2), ...blanks))
  }
  if (rows.length === 0) rows.push(row(textCell(bilingual('none', '无')), null, ...blanks))
  return tableOf('instruments', bilingual('Contractual instruments', '合同工具（绿证、绿电）'), columns, rows)
}

/** Energy that left the plant: never taken off. */
export const exports: ReportBlock = (facts, figures) => {
  const id = facts.plant.id
  const columns = [left('what', 'Item', '项目'), right('value', 'Amount', '数量')]
  const isThere = facts.days('energy_elec_export', 'plant', id).length > 0 || isMetered(facts, ['elec_export_kwh'])
  const rows: ReportRow[] = []
  if (isThere) {
    const kwh = figures.days(facts, `${id}/energy_elec_export`, { kpi: 'energy_elec_export', scope: 'plant', id })
    rows.push(row(textCell(kpiOf('energy_elec_export').name), figureCell(kwh, 'kWh', 3)))
  } else {
    rows.push(row(textCell(kpiOf('energy_elec_export').name), textCell(bilingual('no meter for it', '无计量表'))))
  }
  rows.push(row(textCell(bilingual('Heat export', '外送热力')), textCell(bilingual('no meter for it', '无计量表'))))
  const note = bilingual('Exports are shown apart and reduce no total.', '外送能源单列，不抵减任何合计。')
  return [tableOf('exports', bilingual('Exported electricity and heat', '外送电力和热力'), columns, rows, note)]
}

/** Both scopes together; where no direct source is known, scope 2 alone, and named so. */
export function totalFigures(facts: PlantFacts, figures: ReportFigures): { readonly lb: string; readonly mb: string } {
  const id = facts.plant.id
  const { total } = scope1Figures(facts, figures)
  const { locationBased, marketBased } = scope2Figures(facts, figures)
  const isWhole = hasScope1(facts)
  const direct = isWhole ? [total] : []
  const unit = 'kgCO2e'
  const lb = isWhole
    ? kpiOf('carbon_total_lb').name
    : bilingual('Scope 2 alone, location-based; scope 1 is not known', '仅范围二（基于位置）；范围一未知')
  const mb = isWhole
    ? bilingual('Scopes 1 and 2, market-based', '范围一与范围二合计（基于市场）')
    : bilingual('Scope 2 alone, market-based; scope 1 is not known', '仅范围二（基于市场）；范围一未知')
  return {
    lb: figures.sum(`${id}/total_lb`, lb, unit, [...direct, locationBased]),
    mb: figures.sum(`${id}/total_mb`, mb, unit, [...direct, marketBased]),
  }
}

export const totals: ReportBlock = (facts, figures) => {
  const { lb, mb } = totalFigures(facts, figures)
  const { total } = scope1Figures(facts, figures)
  const { locationBased, marketBased } = scope2Figures(facts, figures)
  const columns = [
    left('what', 'Item', '项目'),
    right('lb', 'Location-based', '基于位置'),
    right('mb', 'Market-based', '基于市场'),
  ]
  const isWhole = hasScope1(facts)
  const unknown = textCell(bilingual('not known', '未知'))
  const direct = isWhole ? emissionCell(figures, total) : unknown
  const rows = [
    partRow(textCell(bilingual('Scope 1', '范围一')), direct, direct),
    partRow(
      textCell(bilingual('Scope 2', '范围二')),
      emissionCell(figures, locationBased),
      emissionCell(figures, marketBased),
    ),
    strongRow(
      textCell(
        isWhole
          ? bilingual('Scopes 1 and 2', '范围一与范围二合计')
          : bilingual('Scope 2 alone; scope 1 is not known', '仅范围二；范围一未知'),
      ),
      emissionCell(figures, lb),
      emissionCell(figures, mb),
    ),
  ]
  const notes = [
    ...(isWhole
      ? []
      : [
          bilingual(
            'No direct source is configured and none has reported: the last line is no total of both scopes.',
            '未配置任何直接排放源，也无上报：末行并非两个范围的合计。',
          ),
        ]),
    marketWords(facts),
    ...(isAnyCo2Only(figures, [lb, mb]) ? [CO2_ONLY_NOTE] : []),
    ...rounded(facts),
  ]
  return [tableOf('totals', bilingual('Results', '结果'), columns, rows, joinedTexts(notes, ' '))]
}

function rounded({ edition }: PlantFacts): readonly Text[] {
  return edition === 1 ? [] : [ROUNDED]
}

/** Says what the market-based figure was made with: it equals the one by location where nothing was bought by choice. */
function marketWords({ options, versions, startMs, dueMs }: PlantFacts): Text {
  const endMs = Math.max(dueMs, startMs + HOUR_MS)
  const { plantFactors } = versions.at(-1) ?? {}
  const used = plantFactors?.uncovered(endMs - HOUR_MS, endMs).factors[0]
  const activity = used === undefined ? undefined : plantFactors?.factor(used)?.activity
  const rest: Text =
    activity === 'supplier_electricity'
      ? bilingual('the rate of the supplier', '供应商排放率')
      : activity === 'grid_electricity_residual'
        ? bilingual('the residual mix', '剩余电力组合因子')
        : bilingual('the factor of the location', '基于位置的因子')
  const isLocation = activity !== 'supplier_electricity' && activity !== 'grid_electricity_residual'
  if (options.contracts.length === 0) {
    return isLocation
      ? bilingual(
          'Market-based: there is no contract, no rate of a supplier and no residual mix; the factor of the location was used, so both methods agree.',
          '基于市场：无合同、无供应商排放率、无剩余电力组合因子，采用基于位置的因子，因此两种方法结果一致。',
        )
      : bilingual(`Market-based: no contract; ${rest.en} was used.`, `基于市场：无合同，采用${rest.zh}。`)
  }
  const count = options.contracts.length
  return bilingual(
    `Market-based: ${count === 1 ? 'one contract' : `${count} contracts`}; for what these do not cover, ${rest.en}.`,
    `基于市场：${count} 份合同；未覆盖部分采用${rest.zh}。`,
  )
}
