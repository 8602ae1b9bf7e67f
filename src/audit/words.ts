import type { KpiFlag } from '../base/flags.js'
import type { ReportFigure, Text } from '../base/report.js'

/** Words in English and Chinese for the codes in a report. */

export const FLAG_WORDS: Readonly<Record<KpiFlag, Text>> = {
  approx: { en: 'approximation', zh: '近似' },
  estimated: { en: 'partly estimated', zh: '部分估算' },
  counter_reset: { en: 'register started again', zh: '计数器归零' },
  counter_rollover: { en: 'register rolled over', zh: '计数器翻转' },
  counter_glitch: { en: 'impossible reading skipped', zh: '跳过异常读数' },
  counter_backstep: { en: 'register went back', zh: '计数器回退' },
  implausible_rate: { en: 'implausible rate skipped', zh: '跳过超速率读数' },
  gap_unallocated: { en: 'long silence not spread', zh: '长缺口未分摊' },
  count_mismatch: { en: 'counts do not add up', zh: '计数不符' },
  unknown_state: { en: 'unknown state', zh: '未知状态' },
  out_of_expected_range: { en: 'outside its expected range', zh: '超出预期范围' },
  pbt_derived: { en: 'planned time derived', zh: '计划时间为推算' },
  co2_only: { en: 'CO2 only', zh: '仅 CO2' },
  factor_from_memory: { en: 'factor not checked against its source', zh: '因子未与来源核对' },
  factor_year_mismatch: { en: 'factor of another year', zh: '因子年份不符' },
  ts_assumed: { en: 'time of arrival assumed', zh: '以到达时间代替' },
  restated: { en: 'restated', zh: '重述' },
  clock: { en: 'clock not trusted', zh: '时钟不可信' },
}

export const REASON_WORDS: Readonly<Record<Exclude<ReportFigure['reason'], ''>, Text>> = {
  no_data: { en: 'no data', zh: '无数据' },
  no_denominator: { en: 'divided by zero', zh: '分母为零' },
  low_coverage: { en: 'too little data', zh: '数据覆盖不足' },
  low_sample: { en: 'too few samples', zh: '样本不足' },
  no_factor: { en: 'no factor', zh: '无排放因子' },
  bad_config: { en: 'configuration incomplete', zh: '配置不完整' },
  days_gone: { en: 'days no longer kept', zh: '部分日数据已清除' },
  o2_invalid: { en: 'oxygen reading invalid', zh: '氧量读数无效' },
  taken_back: { en: 'taken back', zh: '已撤回' },
  not_configured: { en: 'not configured', zh: '未配置' },
}

const PARAM_SOURCES: Readonly<Record<string, Text>> = {
  measured: { en: 'measured', zh: '实测' },
  supplier: { en: 'supplier', zh: '供应商' },
  default: { en: 'default', zh: '缺省值' },
  not_stated: { en: 'not stated', zh: '未说明' },
}

/** Words for the origin of a parameter: as it was said, never more. */
export function paramSourceWords(source: string): Text {
  return PARAM_SOURCES[source] ?? { en: source, zh: source }
}

const CONFIDENCE_WORDS: Readonly<Record<string, Text>> = {
  'verified-from-source': { en: 'read in its source', zh: '已查阅原始出处' },
  'verified-from-secondary-source': { en: 'read in a source that quotes the original', zh: '查阅自转引来源' },
  computed: { en: 'computed from other numbers', zh: '由其他数值推算' },
  'from-memory': { en: 'from memory, not checked', zh: '凭记忆，未核对' },
  own: { en: 'as the plant says, not checked', zh: '企业自述，未核对' },
  verified: { en: 'checked', zh: '已核对' },
  secondary_source: { en: 'read in a secondary source', zh: '查阅自二手来源' },
  from_memory: { en: 'from memory, not checked', zh: '凭记忆，未核对' },
  project: { en: 'decision of this product', zh: '本产品约定' },
}

/** Words for how well a factor or a formula is known. */
export function confidenceWords(confidence: string): Text {
  return CONFIDENCE_WORDS[confidence] ?? { en: confidence, zh: confidence }
}
