import { DAY_MS } from '../../../base/durations.js'
import type { ReportFactor, ReportRow, ReportTable, Text } from '../../../base/report.js'
import { entryItemsOf } from '../../entries.js'
import { localTime } from '../../periods.js'
import { REASON_WORDS } from '../../words.js'
import { type PlantFacts, printedInstant } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import { bilingual, configuredText, joinedTexts, left, row, tableOf, textCell } from '../words.js'
import { sourcelessText } from './no-direct-source.js'
import { kindsOf } from './scope1.js'

/** A share of estimation that a reader has to know of. */
const ESTIMATED_MAX = 0.05
/** As much of the time as a double takes from one. */
const WHOLE = 1 - 1e-9

type Said = readonly [what: Text, says: Text]

/** Limits of the figures of a plant, for the first page: those that apply, or that none does. Made when all figures are. */
export function notice(facts: PlantFacts, figures: ReportFigures, factors: readonly ReportFactor[]): ReportTable {
  const said: readonly Said[] = [
    ...lacking(facts),
    ...notPicked(facts, figures),
    ...scopes(facts, figures),
    ...dataSpan(facts),
    ...arrival(facts),
    ...configuration(facts),
    ...configuredLater(facts),
    ...factorsSaid(facts, figures, factors),
    ...known(facts, figures),
    ...open(facts),
  ]
  const columns = [left('what', 'Item', '项目'), left('says', 'What applies', '说明')]
  const nothing: Said = [
    bilingual('Nothing', '无'),
    bilingual('no limitation of the data is known', '未发现数据方面的限制'),
  ]
  const rows: ReportRow[] = (said.length > 0 ? said : [nothing]).map(([what, says]) =>
    row(textCell(what), textCell(says)),
  )
  return tableOf('notice', NOTICE, columns, rows)
}

export const NOTICE: Text = bilingual('What a reader should know', '读者须知')

function lacking({ isConfigured, options }: PlantFacts): readonly Said[] {
  const { report } = options
  if (!isConfigured) return [[bilingual('Not configured', '未配置'), bilingual('the plant as a whole', '整个工厂')]]
  const parts: readonly (readonly [boolean, Text])[] = [
    [configuredText(report.organisation) === null, bilingual('organisation', '报告主体')],
    [configuredText(report.responsible) === null, bilingual('responsible person', '负责人')],
    [configuredText(report.address) === null, bilingual('address', '地址')],
    [report.consolidation === undefined, bilingual('boundary (consolidation approach)', '组织边界确定方法')],
    [report.base_year === undefined, bilingual('base year', '基准年')],
    [options.grid_region === undefined, bilingual('grid region', '电网区域')],
  ]
  const names = parts.flatMap(([isMissing, name]) => (isMissing ? [name] : []))
  return names.length === 0 ? [] : [[bilingual('Not configured', '未配置'), list(names)]]
}

/** A plant may have its figures picked: those that the report asks for beside are not computed, and nobody has to guess why. */
function notPicked(facts: PlantFacts, figures: ReportFigures): readonly Said[] {
  if (facts.words === 1 || facts.options.kpis === undefined) return []
  const asked = ofPlant(facts, figures).flatMap(({ made, reason }) =>
    made.by === 'days' && reason === 'not_configured' ? made.kpi : [],
  )
  const names = [...new Set(asked)]
    .sort()
    .map((kpi) => bilingual(`${kpiOf(kpi).name.en} (${kpi})`, `${kpiOf(kpi).name.zh}（${kpi}）`))
  if (names.length === 0) return []
  return [
    [
      bilingual('Not computed', '未计算'),
      bilingual(
        `not among the figures that the plant has picked (plants[].kpis): ${list(names).en}`,
        `工厂所选指标（plants[].kpis）未包括：${list(names).zh}`,
      ),
    ],
  ]
}

function scopes(facts: PlantFacts, figures: ReportFigures): readonly Said[] {
  const id = facts.plant.id
  const said: Said[] = []
  const hasSources = kindsOf(facts).length > 0
  const stated = sourcelessText(facts, hasSources)
  if (stated !== null) said.push([bilingual('Scope 1', '范围一'), stated])
  if (!hasSources && stated === null) {
    said.push([
      bilingual('Scope 1', '范围一'),
      bilingual(
        'not known: no direct source is configured and none has reported; totals are of scope 2 alone. That is not a statement that there are none.',
        '未知：未配置任何直接排放源，也无上报；合计仅含范围二。这并不表示不存在直接排放。',
      ),
    ])
  } else if (hasSources && isUnknown(figures, `${id}/scope1_co2e`)) {
    said.push([bilingual('Scope 1', '范围一'), unknownFor(figures, `${id}/scope1_co2e`)])
  }
  if (isUnknown(figures, `${id}/scope2_lb`)) {
    said.push([bilingual('Scope 2', '范围二'), unknownFor(figures, `${id}/scope2_lb`)])
  }
  return said
}

function isUnknown(figures: ReportFigures, id: string): boolean {
  return figures.has(id) && figures.get(id).value === null
}

function unknownFor(figures: ReportFigures, id: string): Text {
  const { reason } = figures.get(id)
  if (reason === '') return bilingual('not known', '未知')
  const { en, zh } = REASON_WORDS[reason]
  return bilingual(`not known: ${en}`, `未知：${zh}`)
}

/** States from when to when there are data of the period: said on the first page, whatever it is. */
function dataSpan(facts: PlantFacts): readonly Said[] {
  const { edition, streams, startMs, dueMs, plant } = facts
  if (edition === 1 || streams.length === 0) return []
  // A silence of less than an hour at an end is none.
  const first = streams.map(({ gaps }) => (gaps[0]?.fromMs === startMs ? gaps[0].toMs : startMs))
  const last = streams.map(({ gaps }) => (gaps.at(-1)?.toMs === dueMs ? gaps.at(-1)!.fromMs : dueMs))
  const [fromMs, toMs] = [Math.min(...first), Math.max(...last)]
  const [from, to] = [printedInstant(facts, fromMs), printedInstant(facts, toMs)]
  const [start, end] = [localTime(plant.start, plant.timezone), localTime(plant.end, plant.timezone)]
  return [
    [
      bilingual('Data', '数据'),
      bilingual(
        `from ${from} to ${to}, of a period from ${start} to ${end}`,
        `自 ${from} 至 ${to}；报告期为 ${start} 至 ${end}`,
      ),
    ],
  ]
}

function arrival({ streams }: PlantFacts): readonly Said[] {
  const received = streams.reduce((sum, one) => sum + one.received, 0)
  const late = streams.reduce((sum, one) => sum + one.late, 0)
  const assumed = streams.reduce((sum, one) => sum + one.assumedTime, 0)
  const said: Said[] = []
  if (received === 0) {
    said.push([bilingual('Readings', '读数'), bilingual('none was received of the period', '报告期内未收到任何读数')])
  }
  if (late > 0) {
    const share = percent(late / received)
    const unjudged = streams.every(({ delayMs }) => delayMs === null)
    said.push([
      bilingual('Late readings', '迟到读数'),
      sentence([
        bilingual(
          `${count(late)} of ${count(received)} readings (${share}) came more than 24 h after their time: they were not recorded by this gateway as they happened`,
          `${count(received)} 个读数中有 ${count(late)} 个（${share}）在其时间 24 小时之后才到达：并非由本网关实时记录`,
        ),
        ...(unjudged ? [bilingual('no clock can be judged', '无法判定时钟')] : []),
      ]),
    ])
  }
  if (assumed > 0) {
    const share = percent(assumed / received)
    said.push([
      bilingual('Time of readings', '读数时间'),
      bilingual(
        `${count(assumed)} readings (${share}) came without a time and have that of their arrival`,
        `${count(assumed)} 个读数（${share}）无自身时间，以到达时间代替`,
      ),
    ])
  }
  return said
}

/** By rule the earliest configuration also holds for all time before it. */
function configuration({ plant, versions, startMs, endMs }: PlantFacts): readonly Said[] {
  const first = versions[0]
  if (first === undefined || first.fromMs <= startMs) return []
  const came = localTime(new Date(Math.floor(first.fromMs / 1000) * 1000).toISOString(), plant.timezone)
  const when =
    first.fromMs >= endMs
      ? bilingual('after the end of the period', '报告期结束之后')
      : bilingual('within the period', '报告期内')
  return [
    [
      bilingual('Configuration', '配置'),
      bilingual(
        `the earliest one came on ${came}, ${when.en}; by rule it holds for the time before it, too. Nothing here shows what was in force then.`,
        `最早的配置于 ${came} 到达（${when.zh}）；按规则也适用于此前的时间。本报告无法证明当时实际生效的配置。`,
      ),
    ],
  ]
}

/** Devices that one sentence names. */
const NAMED_MAX = 10

/** Devices of which a later configuration says that they hold from before. */
function configuredLater({ plant, configuredLater: devices }: PlantFacts): readonly Said[] {
  if (devices.size === 0) return []
  const named = [...devices.keys()].sort().map((id) => bilingual(id, id))
  const more = named.length - NAMED_MAX
  const ids = list(named.slice(0, NAMED_MAX).concat(more > 0 ? bilingual(`${more} more`, `另 ${more} 台`) : []))
  const came = localTime(
    new Date(Math.floor(Math.max(...devices.values()) / 1000) * 1000).toISOString(),
    plant.timezone,
  )
  return [
    [
      bilingual('Configured later', '事后配置'),
      bilingual(
        `${ids.en}: what they sent in the period before they were configured (the last on ${came}) counts in the role that they were given then`,
        `${ids.zh}：报告期内配置之前（最后一台于 ${came} 配置）发送的读数按其后配置的类型计入`,
      ),
    ],
  ]
}

function factorsSaid(facts: PlantFacts, figures: ReportFigures, factors: readonly ReportFactor[]): readonly Said[] {
  const mine = ofPlant(facts, figures)
  const used = new Set(mine.flatMap((one) => one.factors))
  const here = factors.filter(({ id }) => used.has(id))
  const own = here.filter(({ confidence }) => confidence === 'own')
  const said: Said[] = []
  if (own.length > 0) {
    const names = own.map(({ id, source }) => bilingual(`${id} ("${source}")`, `${id}（“${source}”）`))
    said.push([
      bilingual('Own factors', '自有因子'),
      bilingual(
        `the plant's own, with the source in its words, not independently checked: ${list(names).en}`,
        `企业自有因子，来源为其自述，未经核对：${list(names).zh}`,
      ),
    ])
  }
  if (mine.some(({ flags }) => flags.includes('factor_year_mismatch'))) {
    const { from, to } = facts.period
    const outside = here.filter((one) => one.valid_from >= to || (one.valid_to !== '' && one.valid_to < from))
    const names = outside.map((one) => {
      if (facts.edition > 1 && one.valid_to !== '' && one.valid_to < from) return newestPublished(one)
      const until = one.valid_to === '' ? '' : one.valid_to
      return bilingual(
        `${one.id} (valid ${one.valid_from} to ${until || 'further notice'})`,
        `${one.id}（有效期 ${one.valid_from} 至 ${until || '另行通知'}）`,
      )
    })
    const some = bilingual('a factor of another year was used', '使用了其他年份的因子')
    said.push([
      bilingual('Years of factors', '因子年份'),
      names.length === 0
        ? some
        : bilingual(
            `used outside the years they are for: ${list(names).en}`,
            `在其适用年份之外使用：${list(names).zh}`,
          ),
    ])
  }
  if (mine.some(({ flags }) => flags.includes('co2_only'))) {
    said.push([
      bilingual('Gases', '气体'),
      bilingual(
        'some factors count CO2 alone: figures with them are CO2 and no other gas, though their unit says CO2e (KPI unit)',
        '部分因子仅含 CO2：相关数值仅为 CO2，不含其他气体，尽管指标单位写作 CO2e',
      ),
    ])
  }
  return said
}

/** Says how much of the plant's sums of days is known, and estimated. */
function known(facts: PlantFacts, figures: ReportFigures): readonly Said[] {
  const said: Said[] = []
  const mine = ofPlant(facts, figures).filter(({ made }) => {
    return made.by === 'days' && made.scope === 'plant' && made.of === 'numerator' && made.days > 0
  })
  const below = mine.filter(({ coverage, value }) => value !== null && coverage !== null && coverage < WHOLE)
  if (below.length > 0) {
    const names = below.map(({ name, coverage }) => {
      return bilingual(`${name.en} ${percent(coverage ?? 0)}`, `${name.zh} ${percent(coverage ?? 0)}`)
    })
    said.push([
      bilingual('Coverage', '覆盖率'),
      bilingual(
        `below 100 % of the time, what lacks is not filled in: ${list(names).en}`,
        `低于 100 %，缺失部分未补：${list(names).zh}`,
      ),
    ])
  }
  const estimated = mine.filter((one) => (one.estimated_share ?? 0) > ESTIMATED_MAX)
  if (estimated.length > 0) {
    const names = estimated.map(({ name, estimated_share: share }) => {
      return bilingual(`${name.en} ${percent(share ?? 0)}`, `${name.zh} ${percent(share ?? 0)}`)
    })
    said.push([
      bilingual('Estimated', '估算'),
      bilingual(`more than 5 % estimated: ${list(names).en}`, `估算比例超过 5 %：${list(names).zh}`),
    ])
  }
  return said
}

function open(facts: PlantFacts): readonly Said[] {
  const { startMs, dueMs, endMs, plant } = facts
  const said: Said[] = []
  const days = (fromMs: number, toMs: number) => Math.round((toMs - fromMs) / DAY_MS)
  const final = new Set(
    ['energy_elec_import', 'data_completeness', 'scope2_lb'].flatMap((kpi) =>
      facts.days(kpi, 'plant', plant.id).map((point) => point.startMs),
    ),
  )
  const notOver = days(dueMs, endMs)
  const notFinal = days(startMs, dueMs) - final.size
  if (notOver > 0) {
    said.push([
      bilingual('Days not over', '未结束的日期'),
      bilingual(
        `${notOver} of ${days(startMs, endMs)} days are not in it`,
        `${days(startMs, endMs)} 天中有 ${notOver} 天未计入`,
      ),
    ])
  }
  if (notFinal > 0) {
    said.push([
      bilingual('Days not final', '未定值的日期'),
      bilingual(
        `${notFinal} of ${days(startMs, dueMs)} days that are over have no final figure`,
        `已结束的 ${days(startMs, dueMs)} 天中有 ${notFinal} 天无最终数值`,
      ),
    ])
  }
  const proposals = entryItemsOf(
    facts.events.map((event) => ({
      ...event,
      ts: new Date(event.ts).toISOString(),
      received_at: new Date(event.receivedAt).toISOString(),
    })),
  ).filter(({ status }) => status === 'proposed').length
  if (proposals > 0) {
    said.push([
      bilingual('Open proposals', '待复核填报'),
      bilingual(
        `${proposals} wait for a second person and count in no figure`,
        `${proposals} 项待第二人复核，未计入任何数值`,
      ),
    ])
  }
  return said
}

/** A factor goes on being used after its year until the next one is published. */
function newestPublished({ id, year, published }: ReportFactor): Text {
  return bilingual(
    `${id} (of ${year}, the newest published: ${published})`,
    `${id}（${year} 年数据，为最新发布：${published}）`,
  )
}

function ofPlant({ plant }: PlantFacts, figures: ReportFigures) {
  return Object.entries(figures.record()).flatMap(([id, figure]) => (id.startsWith(`${plant.id}/`) ? [figure] : []))
}

function list(texts: readonly Text[]): Text {
  return { en: joinedTexts(texts, ', ').en, zh: joinedTexts(texts, '、').zh }
}

function sentence(texts: readonly Text[]): Text {
  return { en: joinedTexts(texts, '; ').en, zh: joinedTexts(texts, '；').zh }
}

function percent(part: number): string {
  const digits = (part * 100).toFixed(part > 0.9995 || part < 0.0005 ? 4 : 1)
  return `${Number(digits)} %`
}

function count(n: number): string {
  return n.toLocaleString('en')
}
