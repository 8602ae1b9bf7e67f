import type { CONSOLIDATIONS } from '../../../base/options/reporting.js'
import type { ReportCell, Text } from '../../../base/report.js'
import { localTime } from '../../periods.js'
import { decimal } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import type { Figures } from '../figures.js'
import {
  left,
  NONE,
  NOT_CONFIGURED,
  pairs,
  row,
  saidCell,
  say,
  tableOf,
  textCell,
  textOf,
  tonnesCell,
  wordCell,
} from '../words.js'
import type { Block } from './block.js'

/** The organisation and the site that the report is about. */
export const identity: Block = ({ plant, options, startMs, dueMs, endMs, isConfigured }) => {
  const { report } = options
  const or = (word: string | undefined) => (word === undefined ? textCell(NOT_CONFIGURED) : wordCell(word))
  const coordinates =
    report.latitude === undefined || report.longitude === undefined
      ? undefined
      : `${report.latitude}, ${report.longitude}`
  const rows: [Text, ReportCell][] = [
    [say('Organisation', '报告主体'), saidCell(report.organisation)],
    [say('Unified social credit code', '统一社会信用代码'), or(report.credit_code)],
    [say('Industry', '行业'), saidCell(report.industry)],
    [say('Site', '场所'), textCell(textOf(report.site) ?? plant.name)],
    [say('Id of the plant', '工厂编号'), wordCell(plant.id)],
    [say('Address', '地址'), saidCell(report.address)],
    [say('Latitude, longitude', '纬度、经度'), or(coordinates)],
    [say('UN/LOCODE', '联合国口岸代码（UN/LOCODE）'), or(report.unlocode)],
    [say('Responsible person', '负责人'), saidCell(report.responsible)],
    [say('Verifier', '核查机构'), saidCell(report.verifier)],
    [say('Period from', '报告期起'), wordCell(localTime(plant.start, plant.timezone))],
    [say('Period to, not included', '报告期止（不含）'), wordCell(localTime(plant.end, plant.timezone))],
    [say('Time zone', '时区'), wordCell(plant.timezone)],
    [say('Grid region', '电网区域'), or(options.grid_region)],
  ]
  const notes: Text[] = []
  if (!isConfigured) notes.push(say('This plant is not configured.', '该工厂未配置。'))
  if (dueMs < endMs) {
    const until = localTime(new Date(Math.max(startMs, dueMs)).toISOString(), plant.timezone)
    notes.push(say(`The period goes on: days up to ${until} are in it.`, `报告期尚未结束：仅含截至 ${until} 的整日。`))
  }
  const note =
    notes.length === 0 ? undefined : { en: notes.map((n) => n.en).join(' '), zh: notes.map((n) => n.zh).join('') }
  return [pairs('identity', say('Identity', '基本信息'), rows, note)]
}

const APPROACHES: Readonly<Record<(typeof CONSOLIDATIONS)[number], Text>> = {
  operational_control: say('operational control', '运营控制权法'),
  financial_control: say('financial control', '财务控制权法'),
  equity_share: say('equity share', '股权比例法'),
}

const GASES: Readonly<Record<'cn' | 'ipcc', Text>> = {
  cn: say(
    'CO2 of combustion, processes, electricity and heat; gases of refrigerants and switchgear as reported. CH4 and N2O of combustion are not computed by this method.',
    '燃烧、过程、电力和热力的 CO2；制冷剂和开关设备气体按上报量。该方法不核算燃烧的 CH4 和 N2O。',
  ),
  ipcc: say(
    'CO2, CH4 and N2O of combustion, CO2 of processes, electricity and heat; gases of refrigerants and switchgear as reported.',
    '燃烧的 CO2、CH4、N2O，过程、电力和热力的 CO2；制冷剂和开关设备气体按上报量。',
  ),
}

/** The boundary of the report: what belongs to it and what does not. */
export const boundary: Block = (facts) => {
  const { options, versions } = facts
  const { report, carbon } = options
  const share =
    report.consolidation === 'equity_share' && report.equity_pct !== undefined ? ` ${report.equity_pct} %` : ''
  const approach = report.consolidation === undefined ? null : APPROACHES[report.consolidation]
  const rows: [Text, ReportCell][] = [
    [
      say('Consolidation approach', '组织边界确定方法'),
      textCell(approach === null ? NOT_CONFIGURED : say(approach.en + share, approach.zh + share)),
    ],
    [say('Scopes', '范围'), textCell(say('1 and 2; scope 3 is not reported', '范围一和范围二；不报告范围三'))],
    [say('Gases', '温室气体种类'), textCell(GASES[carbon.combustion])],
    [say('Warming potentials', '全球变暖潜势'), wordCell(`${carbon.gwp}, 100 a`)],
    [
      say('Method of combustion', '燃烧核算方法'),
      textCell(
        carbon.combustion === 'cn'
          ? say(
              'heating value × carbon content × oxidation (GB/T 32150)',
              '热值 × 单位热值含碳量 × 氧化率（GB/T 32150）',
            )
          : say('IPCC 2006 factors', 'IPCC 2006 排放因子'),
      ),
    ],
    [
      say('Year of grid factors', '电网因子年份'),
      textCell(
        carbon.year_policy === 'match_year'
          ? say('that of the consumption', '与消费年份一致')
          : say('the newest published when each day ended', '每日结束时已发布的最新年份'),
      ),
    ],
    [
      say('Substitution of stack hours', '排放源缺失小时替代'),
      wordCell(report.substitution === 'hj75' ? 'HJ 75' : '(EU) 2018/2066, Art. 45'),
    ],
    [say('Configurations that the period is computed with', '报告期计算所用的配置数'), wordCell(versions.length)],
  ]
  const columns = [left('source', 'Source left out', '未纳入的排放源'), left('reason', 'Reason', '原因')]
  const excluded = report.excluded.map(({ source, reason }) => row(saidCell(source), saidCell(reason)))
  return [
    pairs('boundary', say('Boundary and methods', '边界与方法'), rows),
    sourceList(facts),
    tableOf(
      'excluded',
      say('Excluded sources', '排除的排放源'),
      columns,
      excluded.length > 0 ? excluded : [row(textCell(NONE), textCell(say('none is configured', '未配置排除项')))],
    ),
  ]
}

const ROLE_WORDS: Readonly<Record<string, Text>> = {
  main: say('main: meter at the grid', '关口表'),
  sub: say('sub: behind another meter', '分表'),
  pv: say('pv', '光伏'),
  stack: say('stack', '排气筒'),
  robot: say('robot', '机器人'),
  machine: say('machine', '机床'),
}

function roleCell(role: string | undefined): ReportCell {
  if (role === undefined) return wordCell('–')
  return textCell(ROLE_WORDS[role] ?? say(role, role))
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
      sent.length === 0 ? textCell(say('nothing', '无')) : wordCell(sent.join(', ')),
    )
  })
  const none = row(textCell(NONE), null, null, null)
  return tableOf('sources', say('Devices', '设备清单'), columns, rows.length > 0 ? rows : [none])
}

/** The year that others are compared with. */
export const baseYear: Block = (facts, figures) => {
  const { base_year: base } = facts.options.report
  const rows: [Text, ReportCell][] = [
    [say('Base year', '基准年'), base === undefined ? textCell(NOT_CONFIGURED) : wordCell(base.year)],
    [say('Policy of recalculation', '重新核算政策'), saidCell(base?.policy)],
  ]
  const values: readonly [string, Text, number | undefined][] = [
    ['base_scope1', say('Scope 1 of the base year', '基准年范围一'), base?.scope1_t],
    ['base_scope2_lb', say('Scope 2 of the base year, location-based', '基准年范围二（基于位置）'), base?.scope2_lb_t],
    ['base_scope2_mb', say('Scope 2 of the base year, market-based', '基准年范围二（基于市场）'), base?.scope2_mb_t],
  ]
  for (const [name, title, t] of values) rows.push([title, statedTonnes(facts, figures, name, title, t)])
  const changes = base?.changes ?? []
  const columns = [left('on', 'Day', '日期'), left('reason', 'Change and reason', '变更及原因')]
  return [
    pairs('base-year', say('Base year', '基准年'), rows),
    ...(changes.length === 0
      ? []
      : [
          tableOf(
            'base-year-changes',
            say('Changes of the base year', '基准年变更'),
            columns,
            changes.map(({ on, reason }) => row(wordCell(on), saidCell(reason))),
          ),
        ]),
  ]
}

function statedTonnes(
  { plant }: PlantFacts,
  figures: Figures,
  name: string,
  title: Text,
  t: number | undefined,
): ReportCell {
  const kg = t === undefined ? null : decimal(t * 1000)
  const id = figures.statement(`${plant.id}/${name}`, title, 'kgCO2e', kg, 'report.base_year')
  return tonnesCell(id, 'tCO2e')
}
