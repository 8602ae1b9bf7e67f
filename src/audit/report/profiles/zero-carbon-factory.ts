import type { BlockId } from '../blocks/index.js'
import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** The form without the two ways of matching; reports that were frozen in it are verified by it. */
export const ZERO_CARBON_FACTORY_FIRST = factory(['indicators', 'benchmarks'])

/** Indicators that zero-carbon and green factories of China are asked for; of several plants also those of the park. */
export const ZERO_CARBON_FACTORY: ReportForm = {
  ...factory(['indicators', 'clean-energy', 'benchmarks']),
  edition: 2,
  words: 2,
}

function factory(blocks: readonly BlockId[]): ReportForm {
  return {
    id: 'zero-carbon-factory',
    isPark: true,
    title: bilingual('Indicators of a zero-carbon factory', '零碳工厂指标自评'),
    sections: [
      { id: 'indicators', title: bilingual('Indicators', '指标'), blocks },
      { id: 'registers', title: bilingual('Registers and statements', '台账与申报数据'), blocks: ['green-registers'] },
      { id: 'identity', title: bilingual('Reporting entity', '报告主体'), blocks: ['identity', 'boundary'] },
      { id: 'results', title: bilingual('Emissions and energy', '排放与能耗'), blocks: ['scope1', 'scope2', 'energy'] },
      ...BACKGROUND,
    ],
    unchecked: [
      bilingual(
        'Zero-carbon factories (工信部联节〔2026〕13号 and the MIIT notice of July 2026) and GB/T 36132-2025: names and formulas of the indicators are those of self-assessments and articles; no original text was opened.',
        '零碳工厂（工信部联节〔2026〕13号及工信部 2026 年 7 月通知）、GB/T 36132-2025：指标名称和公式取自自评资料和报道，未查阅原文。',
      ),
      ...UNCHECKED,
    ],
  }
}
