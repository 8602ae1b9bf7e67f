import type { Text } from './report.js'

/**
 * The twelve functions of a digital energy and carbon management centre and what proves them, by name. Source: MIIT 工信厅节〔2025〕13号
 * as quoted by others (secondary source).
 */

export const CENTRE_DOCUMENT: Text = {
  en: 'document 13 of 2025 of MIIT on digital energy and carbon management centres',
  zh: '工信厅节〔2025〕13号（数字化能碳管理中心）',
}

export const PROOF_STATES = ['in_use', 'stopped', 'missing', 'not_offered'] as const
/** `stopped`: it was in use before, and its newest figure is more than a day old. */
export type ProofState = (typeof PROOF_STATES)[number]

export const CENTRE_STATES = ['in_use', 'partly', 'stopped', 'not_in_use', 'not_offered'] as const
export type CentreState = (typeof CENTRE_STATES)[number]

/** In the order of the document. */
export const CENTRE_FUNCTION_NAMES = {
  monitoring: { en: 'Energy monitoring and query', zh: '用能监测与查询' },
  energy_flow: { en: 'Energy flow', zh: '能流分析' },
  analysis: { en: 'Analysis and strategy advice', zh: '能耗分析与策略建议' },
  intensity: { en: 'Energy intensity', zh: '能源强度管理' },
  benchmarking: { en: 'Benchmarking', zh: '能效对标' },
  balance: { en: 'Energy balance and optimisation', zh: '能源平衡与优化' },
  budget: { en: 'Energy and carbon budget', zh: '能碳预算' },
  carbon_accounting: { en: 'Carbon accounting', zh: '碳排放核算' },
  product_footprint: { en: 'Product carbon footprint', zh: '产品碳足迹核算' },
  supply_chain: { en: 'Supply-chain carbon', zh: '供应链碳管理' },
  carbon_assets: { en: 'Carbon assets', zh: '碳资产管理' },
  verification: { en: 'Verification support', zh: '核查支撑' },
} as const satisfies Readonly<Record<string, Text>>
export type CentreFunctionId = keyof typeof CENTRE_FUNCTION_NAMES

/** Proofs that are no KPI, and what such a centre is asked for beside. */
export const PROOF_NAMES = {
  forecasts: { en: 'forecasts that beat naive ones', zh: '优于朴素法的预测' },
  anomalies: { en: 'daily look for anomalies', zh: '每日异常检查' },
  load_plan: { en: "tomorrow's load plan", zh: '明日用能计划' },
  targets: { en: 'targets', zh: '目标值' },
  energy_budget: { en: 'energy against a budget or target', zh: '能耗对照预算或目标' },
  carbon_budget: { en: 'emissions against a budget, target or allowance', zh: '排放对照预算、目标或配额' },
  allowance: { en: 'emissions against the allowance', zh: '排放对照配额' },
  ledger: { en: 'signed entries of the ledger', zh: '已签名的账本条目' },
  frozen_reports: { en: 'frozen reports', zh: '已冻结的报告' },
  certificate_register: { en: 'register of certificates', zh: '绿证台账' },
  lot_footprint: { en: 'footprint of each lot', zh: '各批次碳足迹' },
  supplier_footprints: { en: 'footprints of suppliers', zh: '供应商碳足迹' },
  sector_benchmarks: { en: 'values of the sector', zh: '行业值' },
} as const satisfies Readonly<Record<string, Text>>

/** Name of a proof that is no KPI; undefined for a KPI. */
export function proofName(id: string): Text | undefined {
  return (PROOF_NAMES as Readonly<Record<string, Text>>)[id]
}
