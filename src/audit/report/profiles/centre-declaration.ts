import type { BlockId } from '../blocks/index.js'
import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** The form without the uses of electricity; reports that were frozen in it are verified by it. */
export const CENTRE_DECLARATION_FIRST = declaration(['totals', 'energy', 'intensities', 'benchmarks'])

/** Declaration of a digital energy and carbon management centre: architecture, functions with their proof, meters, uses and data quality. */
export const CENTRE_DECLARATION: ReportForm = {
  ...declaration(['totals', 'energy', 'energy-uses', 'intensities', 'benchmarks']),
  edition: 2,
  words: 2,
}

function declaration(results: readonly BlockId[]): ReportForm {
  return {
    id: 'centre-declaration',
    title: bilingual('Declaration of an energy and carbon management centre', '数字化能碳管理中心申报材料'),
    sections: [
      { id: 'identity', title: bilingual('Enterprise', '企业基本情况'), blocks: ['identity', 'boundary'] },
      { id: 'architecture', title: bilingual('Architecture', '系统架构'), blocks: ['centre-architecture'] },
      { id: 'functions', title: bilingual('Functions', '功能'), blocks: ['centre-functions'] },
      { id: 'meters', title: bilingual('Meters', '计量器具'), blocks: ['measuring-points'] },
      {
        id: 'results',
        title: bilingual('Energy and emissions', '能耗与碳排放'),
        blocks: results,
      },
      ...BACKGROUND,
    ],
    unchecked: [
      bilingual(
        'MIIT 工信厅节〔2025〕13号 on digital energy and carbon management centres: names of the functions and what is asked for are those of secondary sources; the text was not opened.',
        '工信厅节〔2025〕13号（数字化能碳管理中心）：功能名称和要求取自二手资料，未查阅原文。',
      ),
      ...UNCHECKED,
    ],
  }
}
