import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** Footprints of the lots of a period, prepared for ISO 14067, GB/T 24067 and PACT. */
export const PRODUCT_FOOTPRINT: ReportForm = {
  id: 'product-footprint',
  title: bilingual('Product carbon footprints of lots', '批次产品碳足迹'),
  sections: [
    { id: 'lots', title: bilingual('Lots and their footprints', '批次及其碳足迹'), blocks: ['lots'] },
    {
      id: 'declaration',
      title: bilingual('Declaration and assumptions', '声明与假设'),
      blocks: ['lot-declaration'],
    },
    { id: 'results', title: bilingual('Emissions of the plant', '工厂排放'), blocks: ['scope1', 'scope2', 'energy'] },
    ...BACKGROUND,
  ],
  unchecked: [
    bilingual(
      'ISO 14067:2018, GB/T 24067-2024 and the PACT Methodology: from memory and from the descriptions of the PACT data model 3.0; none was read in full.',
      'ISO 14067:2018、GB/T 24067-2024 和 PACT 方法学：凭记忆及 PACT 3.0 数据模型的说明，均未通读原文。',
    ),
    bilingual(
      'The factor of purchased electricity is that of generation; whether a life-cycle factor has to be used instead was not checked.',
      '外购电力采用发电环节因子；是否须改用全生命周期因子未核对。',
    ),
    ...UNCHECKED,
  ],
}
