import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** Data of a month, or of a year, of a carbon market, with the evidence behind them. */
export const ETS_MONTH: ReportForm = {
  id: 'ets-month',
  title: bilingual('Monthly data of a carbon market', '碳市场月度数据存证'),
  sections: [
    { id: 'identity', title: bilingual('Reporting entity', '报告主体'), blocks: ['identity', 'boundary'] },
    { id: 'covered', title: bilingual('Emissions', '排放量'), blocks: ['covered', 'scope1', 'scope2', 'energy'] },
    { id: 'allowances', title: bilingual('Allowances', '配额'), blocks: ['allowances'] },
    { id: 'plan', title: bilingual('Control plan', '数据质量控制计划'), blocks: ['control-plan'] },
    { id: 'originals', title: bilingual('Originals', '原始凭证'), blocks: ['originals'] },
    { id: 'attestations', title: bilingual('Attestation', '月度确认'), blocks: ['attestations'] },
    ...BACKGROUND,
  ],
  unchecked: [
    bilingual(
      'Rules of the national carbon market on control plan, monthly data, deadline and retention: from secondary sources; no text of a sector was opened. Which emissions are covered is a setting.',
      '全国碳市场关于数据质量控制计划、月度数据、期限及保存的规定：来自二手资料，未查阅任何行业文本；管控范围由配置指定。',
    ),
    ...UNCHECKED,
  ],
}
