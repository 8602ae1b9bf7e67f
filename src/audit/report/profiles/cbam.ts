import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** The data that an operator outside the EU tells the importer of goods. */
export const CBAM: ReportForm = {
  id: 'cbam',
  title: bilingual('CBAM operator extract', 'CBAM 运营方数据摘要'),
  sections: [
    { id: 'installation', title: bilingual('Installation', '装置'), blocks: ['installation'] },
    {
      id: 'goods',
      title: bilingual('Goods and embedded emissions', '产品与隐含排放'),
      note: bilingual(
        'Indirect emissions are charged only for some goods; both are reported.',
        '间接排放仅对部分产品收费；此处均予报告。',
      ),
      blocks: ['goods', 'precursors'],
    },
    { id: 'carbon-price', title: bilingual('Carbon price due', '应付碳价'), blocks: ['carbon-price'] },
    {
      id: 'results',
      title: bilingual('Emissions of the installation', '装置排放'),
      blocks: ['totals', 'scope1', 'scope2', 'biogenic', 'exports'],
    },
    ...BACKGROUND,
  ],
  unchecked: [
    bilingual(
      'Regulation (EU) 2023/956 and its implementing acts: the list of fields and the rule of the electricity factor are from memory.',
      '欧盟 2023/956 号条例及其实施细则：字段清单和电力因子规则凭记忆。',
    ),
    bilingual(
      'Attribution of emissions to goods is by configured shares or meters; the rules on production processes were not checked.',
      '排放归属按配置份额或计量表；生产过程规则未核对。',
    ),
    ...UNCHECKED,
  ],
}
