import type { Text } from '../../../base/report.js'
import type { BlockId } from '../blocks/index.js'
import { bilingual } from '../words.js'
import type { ReportForm, ReportFormSection } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** The form of before the regulation was read; reports that were frozen in it are verified by it. */
export const CBAM_FIRST: ReportForm = {
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

const REGULATION = bilingual(
  'Implementing Regulation (EU) 2025/2547, Annex IV: the words of the items are from a second-hand copy of the Official Journal; the sector-specific parameters of point 2 were not read.',
  '(EU) 2025/2547 实施条例附件四：条目文字取自官方公报的转载件；第 2 点的行业参数未查阅。',
)

/** Points that both forms of the regulation rest on without its text. */
export const CBAM_UNCHECKED: readonly Text[] = [
  REGULATION,
  bilingual(
    'Which goods are listed in Annex II to Regulation (EU) 2023/956 is taken from the chapter of the CN code, from memory, where it is not configured; so are the mark-ups of default values by year, from secondary sources.',
    '产品是否列入 (EU) 2023/956 条例附件二，未配置时按 CN 编码的章凭记忆判断；缺省值的逐年加成取自二手来源。',
  ),
  bilingual(
    'Attribution of emissions to goods is by configured shares or meters; the rules on production processes, functional units and Articles 4, 9 and 14 were not checked.',
    '排放归属按配置份额或计量表；生产过程、功能单位及第 4、9、14 条的规则未核对。',
  ),
]

/** The emissions report of an operator outside the EU, item by item as the regulation lists them. */
export const CBAM: ReportForm = {
  id: 'cbam',
  edition: 2,
  title: bilingual("CBAM operator's emissions report", 'CBAM 运营方排放报告'),
  sections: [
    section('items-1-2', 'Operator, installation and monitoring plan', '运营方、装置与监测计划'),
    section('items-3-6', 'Sources of electricity, waste gases and CO2 transfer', '电力来源、废气与 CO2 转移'),
    section('items-7-12', 'Direct emissions and electricity of the installation', '装置直接排放与电力'),
    section('items-13-15', 'Goods and their embedded emissions', '产品与隐含排放'),
    section('items-16-17', 'Total emissions, data gaps and balances', '总排放、数据缺口与平衡'),
    section('items-18-28', 'Precursors', '前体'),
    section('items-29-35', 'Attribution, activity levels and parameters', '归属、活动水平与参数'),
    {
      id: 'goods',
      title: bilingual('Data behind the items', '条目所依据的数据'),
      note: bilingual(
        'No items of the regulation: how the figures of goods came about, and the carbon price due.',
        '非条例条目：产品数值的由来，以及应付碳价。',
      ),
      blocks: ['installation', 'goods', 'precursors', 'carbon-price'],
    },
    {
      id: 'results',
      title: bilingual('Emissions of the installation', '装置排放'),
      blocks: ['totals', 'scope1', 'scope2', 'biogenic', 'exports'],
    },
    ...BACKGROUND,
  ],
  unchecked: [...CBAM_UNCHECKED, ...UNCHECKED],
}

function section(id: BlockId, en: string, zh: string): ReportFormSection {
  return { id, title: bilingual(en, zh), blocks: [id] }
}
