/** A question that somebody puts to an assistant, the tool that answers it, and where the API says the same. */
export interface AssistantQuestion {
  readonly question: string
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  /** Path of the API below `/api/v1`, written by hand. */
  readonly api: string
  /** Value of the one figure, worked out by head; absent where the comparison with the API says it all. */
  readonly value?: number | string | null
  /** Reason that has to stand beside a null. */
  readonly reason?: string
}

/** Days of the plant as people write them, and the instants that they are in Shanghai. */
export const MON = '2026-01-05'
const [TUE, WED] = ['2026-01-06', '2026-01-07']
export const MONDAY = 'from=2026-01-04T16:00:00Z&to=2026-01-05T16:00:00Z'
export const TUESDAY = 'from=2026-01-05T16:00:00Z&to=2026-01-06T16:00:00Z'
export const BOTH = 'from=2026-01-04T16:00:00Z&to=2026-01-06T16:00:00Z'
export const ON_MONDAY = { from: MON, to: TUE }
export const ON_TUESDAY = { from: TUE, to: WED }
export const ON_BOTH = { from: MON, to: WED }

type Answer = Pick<AssistantQuestion, 'value' | 'reason'>

/** One figure of Works over a range. */
function figure(question: string, kpi: string, range: object, api: string, answer: Answer = {}): AssistantQuestion {
  const args = { plant: 'works', kpis: [kpi], ...range }
  return { question, tool: 'kpi_figures', args, api: `/plants/works/kpis/totals?kpi=${kpi}&${api}`, ...answer }
}

/** One figure of one line or device of Works. */
function memberFigure(
  question: string,
  [scope, id, kpi]: readonly [scope: string, id: string, kpi: string],
  range: object,
  api: string,
  answer: Answer = {},
): AssistantQuestion {
  const args = { plant: 'works', kpis: [kpi], scope, ids: [id], ...range }
  const path = `/plants/works/kpis/totals?kpi=${kpi}&scope=${scope}&id=${id}&${api}`
  return { question, tool: 'kpi_figures', args, api: path, ...answer }
}

const OF_MONDAY: readonly (readonly [question: string, kpi: string, value: number | null, reason?: string])[] = [
  ['How much electricity did Works import on 5 January?', 'energy_elec_import', 1440],
  ['And how much did it use in all?', 'energy_elec_consumed', 1440],
  ['What was the highest demand of that day?', 'peak_demand_15', 60],
  ['What was the load factor?', 'load_factor', 1],
  ['Location-based emissions of electricity on 5 January?', 'scope2_lb', 839.088],
  ['Carbon per unit on 5 January?', 'carbon_per_unit', 0.87405],
  ['How many good units were made?', 'good_units', 960],
  ['Specific energy consumption on 5 January?', 'sec', 1.5],
  ['Carbon of a kWh?', 'carbon_per_kwh', 0.5827],
  ['How much gas was burnt on 5 January?', 'energy_natural_gas', null, 'no_data'],
  ['Direct emissions on 5 January?', 'scope1_co2e', null],
  ['How much water was drawn?', 'energy_water_fresh', null, 'no_data'],
  ['What did the electricity cost?', 'energy_cost', null],
  ['How much steam was used?', 'energy_steam', null, 'no_data'],
  ['Which share was renewable?', 'renewable_share', 0],
  ['NOx of the stacks?', 'pollutant_mass_nox', null],
  ['How complete were the data?', 'data_completeness', 1],
  ['What is the power factor?', 'power_factor', null],
]

const OF_TUESDAY: readonly (readonly [question: string, kpi: string, value: number | null, reason?: string])[] = [
  ['How much electricity did Works import on 6 January?', 'energy_elec_import', 1440],
  ['Why is there no number of good units on 6 January?', 'good_units', null, 'no_data'],
  ['What is the carbon intensity of 6 January?', 'carbon_per_unit', null],
  ['Specific energy consumption on 6 January?', 'sec', null],
  ['Emissions of electricity on 6 January?', 'scope2_lb', 839.088],
  ['Highest demand on 6 January?', 'peak_demand_15', 60],
]

const OF_MEMBERS: readonly (readonly [string, readonly [string, string, string], 'mon' | 'tue', number | null])[] = [
  ['How much did the press line use on 5 January?', ['line', 'press', 'energy_elec_import'], 'mon', 720],
  ['And the paint line?', ['line', 'paint', 'energy_elec_import'], 'mon', 360],
  ['The press line on 6 January?', ['line', 'press', 'energy_elec_import'], 'tue', 720],
  [
    'The paint line on 6 January, when its meter was silent for six hours?',
    ['line', 'paint', 'energy_elec_import'],
    'tue',
    360,
  ],
  ['How much passed the main meter?', ['device', 'main-1', 'energy_elec_import'], 'mon', 1440],
  ['How much passed the meter of the press?', ['device', 'press-meter', 'energy_elec_import'], 'mon', 720],
  ['How many good parts did the robot make?', ['device', 'robot-1', 'good_units'], 'mon', 960],
  ['How long did the robot produce on 5 January?', ['device', 'robot-1', 'time_producing'], 'mon', 82_800],
  ['How long was it held?', ['device', 'robot-1', 'time_held'], 'mon', 3600],
  ['How long had it failed?', ['device', 'robot-1', 'time_down_fault'], 'mon', 0],
  ['How long did the robot produce on 6 January?', ['device', 'robot-1', 'time_producing'], 'tue', null],
  ['OEE of the robot on 6 January?', ['device', 'robot-1', 'oee'], 'tue', null],
]

export const FIGURE_QUESTIONS: readonly AssistantQuestion[] = [
  ...OF_MONDAY.map(([question, kpi, value, reason]) =>
    figure(question, kpi, ON_MONDAY, MONDAY, { value, ...(reason !== undefined && { reason }) }),
  ),
  ...OF_TUESDAY.map(([question, kpi, value, reason]) =>
    figure(question, kpi, ON_TUESDAY, TUESDAY, { value, ...(reason !== undefined && { reason }) }),
  ),
  ...OF_MEMBERS.map(([question, of, day, value]) =>
    day === 'mon'
      ? memberFigure(question, of, ON_MONDAY, MONDAY, { value })
      : memberFigure(question, of, ON_TUESDAY, TUESDAY, { value }),
  ),
  figure('Electricity of both days together?', 'energy_elec_import', ON_BOTH, BOTH, { value: 2880 }),
  figure('Emissions of both days?', 'scope2_lb', ON_BOTH, BOTH, { value: 1678.176 }),
  figure('How does OEE of the plant look on Monday?', 'oee', ON_MONDAY, MONDAY),
  figure(
    'Between ten and eleven on Monday?',
    'energy_elec_import',
    { from: '2026-01-05T10:00:00+08:00', to: '2026-01-05T11:00:00+08:00' },
    'from=2026-01-05T02:00:00Z&to=2026-01-05T03:00:00Z',
    { value: 60 },
  ),
  figure(
    'In 2019?',
    'energy_elec_import',
    { from: '2019-01-01', to: '2020-01-01' },
    'from=2018-12-31T16:00:00Z&to=2019-12-31T16:00:00Z',
    {
      value: null,
      reason: 'no_data',
    },
  ),
  {
    question: 'Which line used most on Monday?',
    tool: 'kpi_figures',
    args: { plant: 'works', kpis: ['energy_elec_import'], scope: 'line', ...ON_MONDAY },
    api: `/plants/works/kpis/totals?kpi=energy_elec_import&scope=line&id=press,paint,utilities&${MONDAY}`,
  },
  {
    question: '1 月 5 日用了多少电，排放多少？',
    tool: 'kpi_figures',
    args: { plant: 'works', kpis: ['energy_elec_import', 'scope2_lb'], ...ON_MONDAY, lang: 'zh' },
    api: `/plants/works/kpis/totals?kpi=energy_elec_import,scope2_lb&${MONDAY}`,
  },
  {
    question: 'Which hour of Monday was the highest?',
    tool: 'kpi_figures',
    args: { plant: 'works', kpis: ['energy_elec_import'], highest: '1h', ...ON_MONDAY },
    api: `/plants/works/kpis/totals?kpi=energy_elec_import&highest=1h&${MONDAY}`,
    value: 1440,
  },
  {
    question: 'How much did the annex use on its Monday in Berlin?',
    tool: 'kpi_figures',
    args: { plant: 'annex', kpis: ['energy_elec_import'], ...ON_MONDAY },
    api: '/plants/annex/kpis/totals?kpi=energy_elec_import&from=2026-01-04T23:00:00Z&to=2026-01-05T23:00:00Z',
    value: 24,
  },
  {
    question: 'What did that emit?',
    tool: 'kpi_figures',
    args: { plant: 'annex', kpis: ['scope2_lb'], ...ON_MONDAY },
    api: '/plants/annex/kpis/totals?kpi=scope2_lb&from=2026-01-04T23:00:00Z&to=2026-01-05T23:00:00Z',
    value: null,
    reason: 'no_factor',
  },
  {
    question: 'And the empty plant?',
    tool: 'kpi_figures',
    args: { plant: 'empty', kpis: ['energy_elec_import'], ...ON_MONDAY },
    api: '/plants/empty/kpis/totals?kpi=energy_elec_import&from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z',
    value: null,
    reason: 'no_data',
  },
]
