import { isPointSum, type ReportFigure, type ReportFormula } from '../../base/report.js'
import { RULES_EDITION, type RulesEdition } from '../../kpi/rules-edition.js'
import { kpiOf } from './figures.js'
import { firstFormula } from './first-edition.js'
import { bilingual } from './words.js'

/** Rules by which a report computes beside the KPIs. */
const RULES: readonly ReportFormula[] = [
  rule(
    'gas_times_gwp',
    bilingual('Gas by its warming potential', '气体按 GWP 折算'),
    'kg · GWP of the plant’s set; mixtures by their parts, each refill rounded to a millionth of a kilogram',
    'KPI specification §2.2',
    'verified',
  ),
  rule(
    'no_source',
    bilingual('No source', '无排放源'),
    'no device is configured for it, none has sent it, and no event was reported',
    'project',
    'project',
  ),
  rule(
    'no_direct_source',
    bilingual('No direct source, as stated', '无直接排放源（据申报）'),
    '0 where people state for every day of the period that there is no direct source, and no meter and no entry of the period says otherwise; else not known',
    'project',
    'project',
  ),
  rule(
    'stack_mass',
    bilingual('Mass of a stack', '排气筒排放量'),
    'Σ over hours of kg as measured, or as substituted where it was not measured; each hour rounded to a millionth of a kilogram; not known when an hour has neither',
    'KPI specification §2.4.6; HJ 75-2017, or Regulation (EU) 2018/2066 Art. 45',
    'secondary_source',
  ),
  rule(
    'stack_capture',
    bilingual('Capture', '有效数据捕集率'),
    '(hours − stopped − invalid) / (hours − stopped) · 100, over the period',
    'KPI specification §2.4.5; HJ 75-2017',
    'secondary_source',
  ),
  rule(
    'stack_highest_hour',
    bilingual('Highest hour', '最大小时值'),
    'highest hourly mean at reference oxygen among the valid hours',
    'KPI specification §6',
    'project',
  ),
  rule(
    'stack_substitution',
    bilingual('Substituted hour', '替代小时'),
    'HJ 75: highest of the last 180, 720 or 2160 valid hours by capture and length of the gap; EU MRR: mean and two standard deviations of the year',
    'KPI specification §2.4.6',
    'secondary_source',
  ),
  rule(
    'stream_completeness',
    bilingual('Completeness of a stream', '数据流完整率'),
    'min(received, expected) / expected · 100',
    'KPI specification §3, data_completeness',
    'project',
  ),
  rule(
    'streams_received',
    bilingual('Readings received of those due', '应收读数中已收到的'),
    'Σ over streams of min(received, expected), over the whole period',
    'KPI specification §3, data_completeness',
    'project',
  ),
  rule(
    'uncertainty_of_source',
    bilingual('Uncertainty of a source', '排放源不确定度'),
    '√(u(activity)² + u(factor)²)',
    'IPCC 2006 Guidelines, volume 1, chapter 3, approach 1',
    'from_memory',
  ),
  rule(
    'uncertainty_of_sum',
    bilingual('Uncertainty of a sum', '合计不确定度'),
    '√Σ(u·E)² / ΣE',
    'IPCC 2006 Guidelines, volume 1, chapter 3, approach 1',
    'from_memory',
  ),
  rule(
    'export_at_location_factor',
    bilingual('Exported electricity at the factor of the import', '外送电力按外购因子折算'),
    'kWh exported · (location-based emissions of purchased electricity / kWh imported)',
    'GB/T 32150-2015',
    'from_memory',
  ),
  rule(
    'energy_saving',
    bilingual('Energy saved against a baseline', '相对基准的节能量'),
    'Σ over known days of (line through the days of the baseline + non-routine events − energy used); the line by least squares, its variables by the lowest BIC; bounds by Student’s t, widened by (1 + ρ) / (1 − ρ) for errors that stay for days',
    'ASHRAE Guideline 14, IPMVP, ISO 50006',
    'from_memory',
  ),
  rule(
    'share_of',
    bilingual('Attributed share', '归属份额'),
    'total of the plant · share that is configured',
    'KPI specification §6, CBAM extract',
    'from_memory',
  ),
  rule(
    'cbam_embedded',
    bilingual('Embedded emissions with precursors', '含前体的隐含排放'),
    'SEE = own emissions a tonne + Σ tonnes of precursor a tonne · SEE of the precursor',
    'KPI specification §6, CBAM extract',
    'from_memory',
  ),
  rule(
    'cbam_mass',
    bilingual('Mass of good pieces', '合格品质量'),
    'good pieces · kg a piece / 1000',
    'KPI specification §6, CBAM extract',
    'project',
  ),
  rule(
    'cbam_default_share',
    bilingual('Share of default values', '缺省值占比'),
    'emissions of precursors whose values are defaults / embedded emissions',
    'KPI specification §6, CBAM extract',
    'from_memory',
  ),
  rule(
    'cbam_electricity',
    bilingual('Indirect emissions of a good', '产品间接排放'),
    'kWh a tonne · factor of electricity',
    'KPI specification §6, CBAM extract',
    'from_memory',
  ),
  rule(
    'cbam_indirect',
    bilingual('Indirect emissions of a production process', '生产过程间接排放'),
    'kWh · factor of electricity',
    'Implementing Regulation (EU) 2025/2547',
    'secondary_source',
  ),
  rule(
    'cbam_indirect_share',
    bilingual('Share of indirect emissions by actual or default values', '间接排放中实际值或缺省值的占比'),
    'part of actual or default values in SEE indirect with precursors / SEE indirect with precursors · 100',
    'Implementing Regulation (EU) 2025/2547',
    'secondary_source',
  ),
  rule(
    'cbam_precursor_mass',
    bilingual('Quantity of a precursor', '前体用量'),
    'tonnes made · tonnes of precursor a tonne',
    'Implementing Regulation (EU) 2025/2547',
    'secondary_source',
  ),
  rule(
    'cbam_precursor_mean',
    bilingual('Mean of a precursor from several sources', '多来源前体的均值'),
    'Σ tonnes of precursor · SEE of the precursor / Σ tonnes of precursor',
    'Implementing Regulation (EU) 2025/2547',
    'from_memory',
  ),
  rule(
    'lot_energy',
    bilingual('Part of the emissions of purchased energy', '外购能源排放的份额'),
    'energy of the line · emissions of that energy in the plant / energy used in the plant, over the hours of the lot',
    'KPI specification §2.3',
    'project',
  ),
  rule(
    'lot_allocated',
    bilingual('Allocated to the lot', '分配给批次'),
    'emissions of the line · part of the lot; not known where lots get more than all of the line',
    'ISO 14067',
    'from_memory',
  ),
  rule(
    'lot_inputs',
    bilingual('Inputs of the lot', '批次输入'),
    'Σ over inputs of amount · footprint of the supplier; not known until as many are on record as the lot states',
    'ISO 14067',
    'from_memory',
  ),
  rule(
    'lot_supplier_footprint',
    bilingual('Footprint of a supplier', '供应商碳足迹'),
    'footprint of the file / its declared amount; not known without a file, in another unit, or outside its validity',
    'PACT data model 3.0',
    'verified',
  ),
  rule(
    'lot_input',
    bilingual('Emissions of an input', '输入的排放'),
    'amount · footprint of the supplier',
    'ISO 14067',
    'from_memory',
  ),
  rule(
    'lot_primary_share',
    bilingual('Share of primary data', '初级数据占比'),
    'Σ part · its share of primary data / footprint; a part of the line has 100 % where its emission factors are measured or of the supplier, else 0 %',
    'PACT Methodology, primary data share',
    'secondary_source',
  ),
  rule(
    'allowance_value',
    bilingual('Value of allowances', '配额价值'),
    'kg of allowances left · price of a tonne / 1000',
    'project',
    'project',
  ),
  rule(
    'green_own_kwh',
    bilingual('Electricity generated on site and used', '自发自用非化石电量'),
    'energy_comprehensive_pv / coal equivalent of a kWh · 1000',
    'KPI specification §2.1',
    'project',
  ),
  rule(
    'green_covered_tce',
    bilingual('Non-fossil contracts in coal equivalents', '非化石合同电量折标'),
    'kWh covered at 0 kgCO2e/kWh · coal equivalent of a kWh by the basis of the plant / 1000; 0 without a contract',
    'KPI specification §2.1 and §2.3',
    'project',
  ),
  rule(
    'green_stated_money',
    bilingual('Money of a period', '期间金额'),
    'Σ of statements that follow each other from the first day of the period to its last, in one currency; else not known',
    'project',
    'project',
  ),
]

function rule(
  id: string,
  name: ReportFormula['name'],
  formula: string,
  source: string,
  confidence: string,
): ReportFormula {
  return { id, name, formula, source, confidence }
}

/** Formulas that the figures of a report were made with, by id: KPIs and rules. */
export function formulasOf(
  figures: Readonly<Record<string, ReportFigure>>,
  edition: RulesEdition,
): readonly ReportFormula[] {
  const used = new Set(
    Object.values(figures).flatMap(({ made }) => {
      return isPointSum(made) ? made.kpi : made.by === 'rule' ? made.formula : []
    }),
  )
  return [...used].sort().map((id) => formulaOf(id, edition))
}

/** A KPI, or a rule of the report. */
export function formulaOf(id: string, edition = RULES_EDITION): ReportFormula {
  const found = RULES.find((one) => one.id === id)
  if (found !== undefined) return found
  const { name, ...now } = kpiOf(id)
  const { formula, source, confidence } = (edition === 1 ? firstFormula(id) : null) ?? now
  return { id, name, formula, source, confidence }
}
