import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** Shaped like GB/T 32150, in its order. */
export const GBT32150: ReportForm = {
  id: 'gbt32150',
  title: bilingual(
    'Greenhouse gas report of an enterprise (GB/T 32150)',
    '企业温室气体排放核算报告（GB/T 32150 格式）',
  ),
  sections: [
    { id: 'identity', title: bilingual('1 Reporting entity', '一、企业基本情况'), blocks: ['identity', 'boundary'] },
    {
      id: 'summary',
      title: bilingual('2 Emissions', '二、温室气体排放'),
      blocks: ['gbt32150', 'scope1', 'scope2', 'biogenic', 'exports'],
    },
    { id: 'energy', title: bilingual('3 Energy consumption', '三、能源消费'), blocks: ['energy', 'intensities'] },
    ...BACKGROUND,
    { id: 'pollutants', title: bilingual('Annex: air pollutants', '附：大气污染物'), blocks: ['pollutants'] },
    { id: 'base-year', title: bilingual('Annex: base year', '附：基准年'), blocks: ['base-year'] },
  ],
  unchecked: [
    bilingual(
      'GB/T 32150-2025: date of implementation and changed defaults were not verified; the form follows the edition of 2015 as it is described in public.',
      'GB/T 32150-2025：实施日期及默认值变化未核实；格式依据公开描述的 2015 版。',
    ),
    bilingual('GB/T 32151.x: no sector part was opened.', 'GB/T 32151 各行业部分均未查阅。'),
    bilingual(
      'Whether exported electricity and heat are taken off: shown apart here.',
      '输出电力、热力是否抵减：此处单列，未抵减。',
    ),
    ...UNCHECKED,
  ],
}
