import type { CONSOLIDATIONS } from '../../../base/options/reporting.js'
import type { ReportCell, Text } from '../../../base/report.js'
import { localTime } from '../../periods.js'
import { decimal } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import {
  bilingual,
  configuredText,
  left,
  NONE,
  NOT_CONFIGURED,
  pairs,
  row,
  statedCell,
  tableOf,
  textCell,
  tonnesCell,
  wordCell,
} from '../words.js'
import type { ReportBlock } from './block.js'

/** The organisation and the site that the report is about. */
export const identity: ReportBlock = ({ plant, options, startMs, dueMs, endMs, isConfigured }) => {
  const { report } = options
  const or = (word: string | undefined) => (word === undefined ? textCell(NOT_CONFIGURED) : wordCell(word))
  const coordinates =
    report.latitude === undefined || report.longitude === undefined
      ? undefined
      : `${report.latitude}, ${report.longitude}`
  const rows: [Text, ReportCell][] = [
    [bilingual('Organisation', '报告主体'), statedCell(report.organisation)],
    [bilingual('Unified social credit code', '统一社会信用代码'), or(report.credit_code)],
    [bilingual('Industry', '行业'), statedCell(report.industry)],
    [bilingual('Site', '场所'), textCell(configuredText(report.site) ?? plant.name)],
    [bilingual('Id of the plant', '工厂编号'), wordCell(plant.id)],
    [bilingual('Address', '地址'), statedCell(report.address)],
    [bilingual('Latitude, longitude', '纬度、经度'), or(coordinates)],
    [bilingual('UN/LOCODE', '联合国口岸代码（UN/LOCODE）'), or(report.unlocode)],
    [bilingual('Responsible person', '负责人'), statedCell(report.responsible)],
    [bilingual('Verifier', '核查机构'), statedCell(report.verifier)],
    [bilingual('Period from', '报告期起'), wordCell(localTime(plant.start, plant.timezone))],
    [bilingual('Period to, not included', '报告期止（不含）'), wordCell(localTime(plant.end, plant.timezone))],
    [bilingual('Time zone', '时区'), wordCell(plant.timezone)],
    [bilingual('Grid region', '电网区域'), or(options.grid_region)],
  ]
  const notes: Text[] = []
  if (!isConfigured) notes.push(bilingual('This plant is not configured.', '该工厂未配置。'))
  if (dueMs < endMs) {
    const until = localTime(new Date(Math.max(startMs, dueMs)).toISOString(), plant.timezone)
    notes.push(
      bilingual(`The period goes on: days up to ${until} are in it.`, `报告期尚未结束：仅含截至 ${until} 的整日。`),
    )
  }
  const note =
    notes.length === 0 ? undefined : { en: notes.map((n) => n.en).join(' '), zh: notes.map((n) => n.zh).join('') }
  return [pairs('identity', bilingual('Identity', '基本信息'), rows, note)]
}

const APPROACHES: Readonly<Record<(typeof CONSOLIDATIONS)[number], Text>> = {
  operational_control: bilingual('operational control', '运营控制权法'),
  financial_control: bilingual('financial control', '财务控制权法'),
  equity_share: bilingual('equity share', '股权比例法'),
}

const GASES: Readonly<Record<'cn' | 'ipcc', Text>> = {
  cn: bilingual(
    'CO2 of combustion, processes, electricity and heat; gases of refrigerants and switchgear as reported. CH4 and N2O of combustion are not computed by this method.',
    '燃烧、过程、电力和热力的 CO2；制冷剂和开关设备气体按上报量。该方法不核算燃烧的 CH4 和 N2O。',
  ),
  ipcc: bilingual(
    'CO2, CH4 and N2O of combustion, CO2 of processes, electricity and heat; gases of refrigerants and switchgear as reported.',
    '燃烧的 CO2、CH4、N2O，过程、电力和热力的 CO2；制冷剂和开关设备气体按上报量。',
  ),
}

/** The boundary of the report: what belongs to it and what does not. */
export const boundary: ReportBlock = (facts) => {
  const { options, plant } = facts
  const { report, carbon } = options
  const share =
    report.consolidation === 'equity_share' && report.equity_pct !== undefined ? ` ${report.equity_pct} %` : ''
  const approach = report.consolidation === undefined ? null : APPROACHES[report.consolidation]
  const rows: [Text, ReportCell][] = [
    [
      bilingual('Consolidation approach', '组织边界确定方法'),
      textCell(approach === null ? NOT_CONFIGURED : bilingual(approach.en + share, approach.zh + share)),
    ],
    [
      bilingual('Scopes', '范围'),
      textCell(bilingual('1 and 2; scope 3 is not reported', '范围一和范围二；不报告范围三')),
    ],
    [bilingual('Gases', '温室气体种类'), textCell(GASES[carbon.combustion])],
    [bilingual('Warming potentials', '全球变暖潜势'), wordCell(`${carbon.gwp}, 100 a`)],
    [
      bilingual('Method of combustion', '燃烧核算方法'),
      textCell(
        carbon.combustion === 'cn'
          ? bilingual(
              'heating value × carbon content × oxidation (GB/T 32150)',
              '热值 × 单位热值含碳量 × 氧化率（GB/T 32150）',
            )
          : bilingual('IPCC 2006 factors', 'IPCC 2006 排放因子'),
      ),
    ],
    [
      bilingual('Year of grid factors', '电网因子年份'),
      textCell(
        carbon.year_policy === 'match_year'
          ? bilingual('that of the consumption', '与消费年份一致')
          : bilingual('the newest published when each day ended', '每日结束时已发布的最新年份'),
      ),
    ],
    [
      bilingual('Substitution of stack hours', '排放源缺失小时替代'),
      wordCell(report.substitution === 'hj75' ? 'HJ 75' : '(EU) 2018/2066, Art. 45'),
    ],
    [
      bilingual('Configurations that the period is computed with', '报告期计算所用的配置数'),
      wordCell(plant.configurations.length),
    ],
  ]
  const columns = [left('source', 'Source left out', '未纳入的排放源'), left('reason', 'Reason', '原因')]
  const excluded = report.excluded.map(({ source, reason }) => row(statedCell(source), statedCell(reason)))
  return [
    pairs('boundary', bilingual('Boundary and methods', '边界与方法'), rows),
    sourceList(facts),
    tableOf(
      'excluded',
      bilingual('Excluded sources', '排除的排放源'),
      columns,
      excluded.length > 0 ? excluded : [row(textCell(NONE), textCell(bilingual('none is configured', '未配置排除项')))],
    ),
  ]
}

const ROLE_WORDS: Readonly<Record<string, Text>> = {
  main: bilingual('main: meter at the grid', '关口表'),
  sub: bilingual('sub: behind another meter', '分表'),
  pv: bilingual('pv', '光伏'),
  stack: bilingual('stack', '排气筒'),
  robot: bilingual('robot', '机器人'),
  machine: bilingual('machine', '机床'),
}

function roleCell(role: string | undefined): ReportCell {
  if (role === undefined) return wordCell('–')
  return textCell(ROLE_WORDS[role] ?? bilingual(role, role))
}

/** Everything that is configured or has sent in the period. */
function sourceList({ options, streams }: PlantFacts) {
  const columns = [
    left('device', 'Device', '设备'),
    left('line', 'Line', '产线'),
    left('role', 'Role', '角色'),
    left('sends', 'Has sent in the period', '报告期内上报的指标'),
  ]
  const ids = [...new Set([...options.devices.map(({ id }) => id), ...streams.map(({ device }) => device)])].sort()
  const rows = ids.map((id) => {
    const device = options.devices.find((one) => one.id === id)
    const sent = streams.filter((one) => one.device === id).map(({ metric }) => metric)
    return row(
      wordCell(id),
      device?.line === undefined ? textCell(NOT_CONFIGURED) : wordCell(device.line),
      device === undefined ? textCell(NOT_CONFIGURED) : roleCell(device.role),
      sent.length === 0 ? textCell(bilingual('nothing', '无')) : wordCell(sent.join(', ')),
    )
  })
  const none = row(textCell(NONE), null, null, null)
  return tableOf('sources', bilingual('Devices', '设备清单'), columns, rows.length > 0 ? rows : [none])
}

/** The year that others are compared with. */
export const baseYear: ReportBlock = (facts, figures) => {
  const { base_year: base } = facts.options.report
  const rows: [Text, ReportCell][] = [
    [bilingual('Base year', '基准年'), base === undefined ? textCell(NOT_CONFIGURED) : wordCell(base.year)],
    [bilingual('Policy of recalculation', '重新核算政策'), statedCell(base?.policy)],
  ]
  const values: readonly [string, Text, number | undefined][] = [
    ['base_scope1', bilingual('Scope 1 of the base year', '基准年范围一'), base?.scope1_t],
    [
      'base_scope2_lb',
      bilingual('Scope 2 of the base year, location-based', '基准年范围二（基于位置）'),
      base?.scope2_lb_t,
    ],
    [
      'base_scope2_mb',
      bilingual('Scope 2 of the base year, market-based', '基准年范围二（基于市场）'),
      base?.scope2_mb_t,
    ],
  ]
  for (const [name, title, t] of values) rows.push([title, statedTonnes(facts, figures, name, title, t)])
  const changes = base?.changes ?? []
  const columns = [left('on', 'Day', '日期'), left('reason', 'Change and reason', '变更及原因')]
  return [
    pairs('base-year', bilingual('Base year', '基准年'), rows),
    ...(changes.length === 0
      ? []
      : [
          tableOf(
            'base-year-changes',
            bilingual('Changes of the base year', '基准年变更'),
            columns,
            changes.map(({ on, reason }) => row(wordCell(on), statedCell(reason))),
          ),
        ]),
  ]
}

function statedTonnes(
  { plant }: PlantFacts,
  figures: ReportFigures,
  name: string,
  title: Text,
  t: number | undefined,
): ReportCell {
  const kg = t === undefined ? null : decimal(t * 1000)
  const id = figures.statement(`${plant.id}/${name}`, title, 'kgCO2e', kg, 'report.base_year')
  return tonnesCell(id, 'tCO2e')
}
