import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND, BUDGETS } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** GHG Protocol Corporate Standard with ISO 14064-1, as it was before budgets stood in it. */
export const GHG_FIRST: ReportForm = {
  id: 'ghg',
  title: bilingual('Greenhouse gas report', '温室气体排放报告'),
  sections: [
    {
      id: 'identity',
      title: bilingual('Identity and boundary', '主体与边界'),
      blocks: ['identity', 'boundary', 'base-year'],
    },
    { id: 'results', title: bilingual('Results', '结果'), blocks: ['totals'] },
    { id: 'scope1', title: bilingual('Scope 1: direct emissions', '范围一：直接排放'), blocks: ['scope1', 'biogenic'] },
    { id: 'scope2', title: bilingual('Scope 2: purchased energy', '范围二：外购能源'), blocks: ['scope2', 'exports'] },
    { id: 'energy', title: bilingual('Energy', '能源'), blocks: ['energy', 'intensities'] },
    { id: 'pollutants', title: bilingual('Air pollutants', '大气污染物'), blocks: ['pollutants'] },
    ...BACKGROUND,
  ],
  unchecked: [
    bilingual(
      'GHG Protocol Corporate Standard, chapters 3, 5 and 9, and the scope 2 guidance: from memory.',
      'GHG Protocol 企业标准第 3、5、9 章及范围二指南：凭记忆。',
    ),
    bilingual('ISO 14064-1:2018, clause 9.3.1: from memory.', 'ISO 14064-1:2018 第 9.3.1 条：凭记忆。'),
    bilingual('GWP of SF6 in AR6: 25,200 or 24,300 is not certain.', 'AR6 中 SF6 的 GWP（25,200 或 24,300）未确认。'),
    ...UNCHECKED,
  ],
}

/** The same with the amounts of the month and the year that its period lies in. */
export const GHG: ReportForm = {
  ...GHG_FIRST,
  edition: 2,
  sections: [...GHG_FIRST.sections.slice(0, -BACKGROUND.length), BUDGETS, ...BACKGROUND],
}
