import { bilingual } from '../words.js'
import type { ReportFormSection } from './profile.js'

/** Amounts of the plant's budgets beside what the period came to. */
export const BUDGETS: ReportFormSection = {
  id: 'budgets',
  title: bilingual('Budgets', '预算'),
  blocks: ['budgets'],
}

/** Sections that every profile ends with. */
export const BACKGROUND: readonly ReportFormSection[] = [
  { id: 'savings', title: bilingual('Energy saved', '节能量'), blocks: ['savings'] },
  { id: 'activity', title: bilingual('Activity data', '活动数据'), blocks: ['activity', 'daily'] },
  { id: 'factors', title: bilingual('Factors', '排放因子'), wholes: ['factors'] },
  { id: 'quality', title: bilingual('Data quality', '数据质量'), blocks: ['quality'] },
  { id: 'statements', title: bilingual('Bills and entries', '账单与人工填报'), blocks: ['statements'] },
  { id: 'uncertainty', title: bilingual('Uncertainty', '不确定度'), blocks: ['uncertainty'] },
  { id: 'restatement', title: bilingual('Restatement', '重述'), wholes: ['restatement'] },
  { id: 'integrity', title: bilingual('Basis and integrity', '依据与完整性'), wholes: ['integrity', 'symbols'] },
]
