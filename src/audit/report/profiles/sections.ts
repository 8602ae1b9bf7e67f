import { say } from '../words.js'
import type { ProfileSection } from './profile.js'

/** Sections that every profile ends with. */
export const BACKGROUND: readonly ProfileSection[] = [
  { id: 'activity', title: say('Activity data', '活动数据'), blocks: ['activity', 'daily'] },
  { id: 'factors', title: say('Factors', '排放因子'), wholes: ['factors'] },
  { id: 'quality', title: say('Data quality', '数据质量'), blocks: ['quality'] },
  { id: 'statements', title: say('Bills and entries', '账单与人工填报'), blocks: ['statements'] },
  { id: 'uncertainty', title: say('Uncertainty', '不确定度'), blocks: ['uncertainty'] },
  { id: 'restatement', title: say('Restatement', '重述'), wholes: ['restatement'] },
  { id: 'integrity', title: say('Basis and integrity', '依据与完整性'), wholes: ['integrity', 'symbols'] },
]
