import type { Text } from '../../../base/report.js'
import { bilingual } from '../words.js'

/** Indicators that values to be compared with are stated for. */
export type ReferencedIndicator = 'carbon_per_tce' | 'non_fossil_share' | 'physical_share'

/** A value that a public document states for an indicator. It is quoted, never judged by: whether it applies is for the plant to check. */
export interface ReferenceValue {
  readonly indicator: ReferencedIndicator
  /** `basic`: asked of everybody; `leading`: where it is to go. */
  readonly level: 'basic' | 'leading'
  readonly bound: 'at_most' | 'at_least'
  /** In `unit`, as the document prints it. */
  readonly value: string
  readonly unit: string
  readonly holdsFor: Text
  readonly source: Text
}

const FACTORY = bilingual(
  'MIIT notice on national zero-carbon factories of July 2026, as reported at www.ithome.com/0/981/770.htm (2026-07-26); the notice was not opened',
  '工信部 2026 年 7 月国家级零碳工厂通知，转引自 www.ithome.com/0/981/770.htm（2026-07-26）；未查阅原文',
)
const PARK = bilingual(
  'NDRC notice on zero-carbon parks of 2025, as quoted by secondary sources; the notice was not opened',
  '2025 年零碳园区建设通知，转引自二手资料；未查阅原文',
)

const ANY_FACTORY = bilingual('a factory', '工厂')

export const FACTORY_REFERENCES: readonly ReferenceValue[] = [
  reference('carbon_per_tce', 'basic', 'at_most', '1.8', 'tCO2/tce', ANY_FACTORY, FACTORY),
  reference(
    'carbon_per_tce',
    'leading',
    'at_most',
    '0.2',
    'tCO2/tce',
    bilingual('a factory, 2030', '工厂（2030 年）'),
    FACTORY,
  ),
  reference('non_fossil_share', 'basic', 'at_least', '30', '%', ANY_FACTORY, FACTORY),
  reference(
    'non_fossil_share',
    'leading',
    'at_least',
    '95',
    '%',
    bilingual('a factory, 2030', '工厂（2030 年）'),
    FACTORY,
  ),
  reference(
    'physical_share',
    'leading',
    'at_least',
    '35',
    '%',
    bilingual(
      '5 GWh of electricity a year or more; not computing centres',
      '年电力消费量 500 万 kWh 以上；算力设施不设',
    ),
    FACTORY,
  ),
]

export const PARK_REFERENCES: readonly ReferenceValue[] = [
  reference(
    'carbon_per_tce',
    'basic',
    'at_most',
    '0.2',
    'tCO2/tce',
    bilingual('a park of 0.2 to 1 Mtce a year', '年综合能耗 20 至 100 万吨标准煤的园区'),
    PARK,
  ),
  reference(
    'carbon_per_tce',
    'basic',
    'at_most',
    '0.3',
    'tCO2/tce',
    bilingual('a park of 1 Mtce a year or more', '年综合能耗 100 万吨标准煤及以上的园区'),
    PARK,
  ),
  reference(
    'non_fossil_share',
    'leading',
    'at_least',
    '90',
    '%',
    bilingual('a park; stated of clean energy', '园区（清洁能源消费占比）'),
    PARK,
  ),
]

function reference(
  indicator: ReferencedIndicator,
  level: ReferenceValue['level'],
  bound: ReferenceValue['bound'],
  value: string,
  unit: string,
  holdsFor: Text,
  source: Text,
): ReferenceValue {
  return { indicator, level, bound, value, unit, holdsFor, source }
}

/** Bound, value and unit in one. */
export function referenceText({ bound, value, unit }: ReferenceValue): string {
  return `${bound === 'at_most' ? '<=' : '>='} ${value} ${unit}`
}
