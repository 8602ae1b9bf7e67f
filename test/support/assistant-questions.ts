import {
  type AssistantQuestion,
  BOTH,
  FIGURE_QUESTIONS,
  MON,
  MONDAY,
  ON_BOTH,
  ON_MONDAY,
  ON_TUESDAY,
  TUESDAY,
} from './assistant-figure-questions.js'
import { REPORT_ID } from './assistant-world.js'

/** Questions that people put to an assistant. */

function series(question: string, args: object, api: string): AssistantQuestion {
  return { question, tool: 'kpi_series', args: { plant: 'works', ...args }, api: `/plants/works/kpis/${api}` }
}

const HOURLY = { kpi: 'energy_elec_import', window: '1h' }
const SERIES: readonly AssistantQuestion[] = [
  series(
    'Electricity of Monday hour by hour?',
    { ...HOURLY, ...ON_MONDAY },
    `energy_elec_import/series?window=1h&${MONDAY}&limit=100`,
  ),
  series(
    'Of Tuesday by quarters?',
    { kpi: 'energy_elec_import', window: '15m', ...ON_TUESDAY },
    `energy_elec_import/series?window=15m&${TUESDAY}&limit=100`,
  ),
  series(
    'Day by day?',
    { kpi: 'energy_elec_import', window: '1d', ...ON_BOTH },
    `energy_elec_import/series?window=1d&${BOTH}&limit=100`,
  ),
  series(
    'The first five hours?',
    { ...HOURLY, ...ON_MONDAY, limit: 5 },
    `energy_elec_import/series?window=1h&${MONDAY}&limit=5`,
  ),
  series(
    'Paint line by the hour on Tuesday: where are the gaps?',
    { ...HOURLY, scope: 'line', id: 'paint', ...ON_TUESDAY },
    `energy_elec_import/series?window=1h&scope=line&id=paint&${TUESDAY}&limit=100`,
  ),
  series(
    'Good units of the robot by the hour on Tuesday?',
    { kpi: 'good_units', window: '1h', scope: 'device', id: 'robot-1', ...ON_TUESDAY },
    `good_units/series?window=1h&scope=device&id=robot-1&${TUESDAY}&limit=100`,
  ),
  series(
    'Emissions by the hour?',
    { kpi: 'scope2_lb', window: '1h', ...ON_MONDAY },
    `scope2_lb/series?window=1h&${MONDAY}&limit=100`,
  ),
  series(
    'Carbon per unit day by day?',
    { kpi: 'carbon_per_unit', window: '1d', ...ON_BOTH },
    `carbon_per_unit/series?window=1d&${BOTH}&limit=100`,
  ),
  series(
    '按小时的外购电量？',
    { ...HOURLY, ...ON_MONDAY, lang: 'zh' },
    `energy_elec_import/series?window=1h&${MONDAY}&limit=100`,
  ),
  series(
    'The month so far?',
    { kpi: 'energy_elec_import', window: '1mo', from: '2026-01-01', to: '2026-02-01' },
    'energy_elec_import/series?window=1mo&from=2025-12-31T16:00:00Z&to=2026-01-31T16:00:00Z&limit=100',
  ),
]

function newest(question: string, args: object, query: string): AssistantQuestion {
  return {
    question,
    tool: 'current_values',
    args: { plant: 'works', ...args },
    api: `/plants/works/kpis/latest?${query}`,
  }
}

const NEWEST: readonly AssistantQuestion[] = [
  newest(
    'What is the newest day of electricity?',
    { kpis: ['energy_elec_import'], window: '1d' },
    'scope=plant&window=1d',
  ),
  newest(
    'Newest hour of electricity and emissions?',
    { kpis: ['energy_elec_import', 'scope2_lb'], window: '1h' },
    'scope=plant&window=1h',
  ),
  newest(
    'Everything of the newest month?',
    { kpis: ['good_units', 'sec', 'oee'], window: '1mo' },
    'scope=plant&window=1mo',
  ),
  newest('The press line now?', { kpis: ['energy_elec_import'], scope: 'line', id: 'press' }, 'scope=line&id=press'),
  newest(
    'The robot now?',
    { kpis: ['time_producing', 'good_units'], scope: 'device', id: 'robot-1', window: '1d' },
    'scope=device&id=robot-1&window=1d',
  ),
  newest('Gas now?', { kpis: ['energy_natural_gas'], window: '1d' }, 'scope=plant&window=1d'),
  newest('现在的用电？', { kpis: ['energy_elec_import'], window: '15m', lang: 'zh' }, 'scope=plant&window=15m'),
]

const explained = (question: string, args: object, api: string): AssistantQuestion => {
  return { question, tool: 'explain_kpi', args: { plant: 'works', ...args }, api: `/plants/works/kpis/totals?${api}` }
}
const EXPLAINED: readonly AssistantQuestion[] = [
  explained(
    'Why is the carbon intensity of Tuesday null?',
    { kpi: 'carbon_per_unit', ...ON_TUESDAY },
    `kpi=carbon_per_unit&${TUESDAY}`,
  ),
  explained(
    'How sure is the electricity of Monday?',
    { kpi: 'energy_elec_import', ...ON_MONDAY },
    `kpi=energy_elec_import&${MONDAY}`,
  ),
  explained(
    'How sure is that of the paint line on Tuesday?',
    { kpi: 'energy_elec_import', scope: 'line', id: 'paint', ...ON_TUESDAY },
    `kpi=energy_elec_import&scope=line&id=paint&${TUESDAY}`,
  ),
  explained(
    'Why does the robot have no OEE on Tuesday?',
    { kpi: 'oee', scope: 'device', id: 'robot-1', ...ON_TUESDAY },
    `kpi=oee&scope=device&id=robot-1&${TUESDAY}`,
  ),
  explained(
    '为什么没有用气量？',
    { kpi: 'energy_natural_gas', ...ON_MONDAY, lang: 'zh' },
    `kpi=energy_natural_gas&${MONDAY}`,
  ),
  explained(
    'Where do the emissions of Monday come from?',
    { kpi: 'scope2_lb', ...ON_MONDAY },
    `kpi=scope2_lb&${MONDAY}`,
  ),
]

const asked = (question: string, tool: string, args: object, api: string): AssistantQuestion => {
  return { question, tool, args: { ...args }, api }
}
const works = { plant: 'works' }
const OTHERS: readonly AssistantQuestion[] = [
  asked('Which plants are there?', 'list_plants', {}, '/plants'),
  asked('有哪些工厂？', 'list_plants', { lang: 'zh' }, '/plants'),
  asked('Which devices has Works?', 'list_devices', works, '/plants'),
  asked('Which devices has the press line?', 'list_devices', { ...works, line: 'press' }, '/plants'),
  asked('Which devices are offline?', 'list_devices', { ...works, state: 'offline' }, '/plants'),
  asked('Has the meter of the empty plant ever sent?', 'list_devices', { plant: 'empty' }, '/plants'),
  asked('How is the robot?', 'device', { ...works, device: 'robot-1' }, '/plants/works/devices/robot-1'),
  asked(
    'How is main-3, which never sent?',
    'device',
    { plant: 'empty', device: 'main-3' },
    '/plants/empty/devices/main-3',
  ),
  asked('What does carbon per unit mean?', 'search_kpis', { query: 'carbon_per_unit' }, '/kpis'),
  asked('OEE 如何计算？', 'search_kpis', { query: 'oee', lang: 'zh' }, '/kpis'),
  asked('Which KPIs are there of scope 2?', 'search_kpis', { query: 'scope2' }, '/kpis'),
  asked('Which KPIs at all?', 'search_kpis', {}, '/kpis'),
  asked(
    'What did the main meter show on Monday?',
    'readings',
    { ...works, device: 'main-1', metric: 'elec_import_kwh', ...ON_MONDAY },
    `/plants/works/readings?device=main-1&metric=elec_import_kwh&${MONDAY}&limit=100`,
  ),
  asked(
    'What did the paint meter show on Tuesday, twenty readings?',
    'readings',
    { ...works, device: 'paint-meter', metric: 'elec_import_kwh', ...ON_TUESDAY, limit: 20 },
    `/plants/works/readings?device=paint-meter&metric=elec_import_kwh&${TUESDAY}&limit=20`,
  ),
  asked(
    'What was the robot doing on Monday?',
    'machine_states',
    { ...works, device: 'robot-1', ...ON_MONDAY },
    `/plants/works/devices/robot-1/states?${MONDAY}`,
  ),
  asked(
    'What were all machines doing on Monday?',
    'machine_states',
    { ...works, ...ON_MONDAY },
    `/plants/works/states?${MONDAY}`,
  ),
  asked('And on Tuesday?', 'machine_states', { ...works, ...ON_TUESDAY }, `/plants/works/states?${TUESDAY}`),
  asked(
    'Which machine used how much?',
    'machine_energy',
    { ...works, ...ON_MONDAY },
    `/plants/works/energy/machines?${MONDAY}`,
  ),
  asked('Which alarms are open?', 'alarms', {}, '/alarms?state=open&limit=30'),
  asked('Which alarms had Works ever?', 'alarms', { ...works, state: 'any' }, '/plants/works/alarms?limit=30'),
  asked('苏州工厂有哪些报警？', 'alarms', { ...works, lang: 'zh' }, '/plants/works/alarms?state=open&limit=30'),
  asked('Which alarms has the annex?', 'alarms', { plant: 'annex' }, '/plants/annex/alarms?state=open&limit=30'),
  asked('What is unusual?', 'anomalies', works, '/plants/works/anomalies?limit=10'),
  asked(
    'What did people say this year?',
    'records',
    { ...works, what: 'events', from: MON },
    '/plants/works/events?from=2026-01-04T16:00:00Z&limit=50',
  ),
  asked(
    'Were readings corrected?',
    'records',
    { ...works, what: 'corrections', ...ON_BOTH },
    `/plants/works/corrections?${BOTH}&limit=50`,
  ),
  asked(
    'Did figures change later?',
    'records',
    { ...works, what: 'restatements', from: MON },
    '/plants/works/restatements?from=2026-01-04T16:00:00Z&limit=50',
  ),
  asked('Which reports are there?', 'reports', works, '/reports?plant=works&limit=30'),
  asked('Which of the annex?', 'reports', { plant: 'annex' }, '/reports?plant=annex&limit=30'),
  asked(
    'What does the report say of scope 2?',
    'report_figures',
    { report: REPORT_ID, match: 'scope2_lb' },
    `/reports/${REPORT_ID}.json`,
  ),
  asked('And of scope 1?', 'report_figures', { report: REPORT_ID, match: 'scope1' }, `/reports/${REPORT_ID}.json`),
  asked(
    'Where does its scope 2 come from?',
    'explain_report_figure',
    { report: REPORT_ID, figure: 'works/scope2_lb' },
    `/lineage?report=${REPORT_ID}&figure=works%2Fscope2_lb`,
  ),
  asked(
    'Why does the report have no scope 1?',
    'explain_report_figure',
    { report: REPORT_ID, figure: 'works/scope1_co2e' },
    `/lineage?report=${REPORT_ID}&figure=works%2Fscope1_co2e`,
  ),
  asked('Were messages refused?', 'quarantine', {}, '/quarantine?limit=10'),
  asked('How is the gateway?', 'gateway_status', {}, '/gateway/status'),
  asked('What is expected of tomorrow?', 'forecasts', works, '/plants/works/forecasts'),
  asked('How will the month end?', 'projections', works, '/plants/works/projections'),
  asked('Will there be a peak?', 'peak_outlook', works, '/plants/works/peak'),
  asked('What should run when tomorrow?', 'load_plan', works, '/plants/works/load-plan'),
  asked('What was saved?', 'saving_claims', works, '/plants/works/savings/claims'),
]

export const ASSISTANT_QUESTIONS: readonly AssistantQuestion[] = [
  ...FIGURE_QUESTIONS,
  ...SERIES,
  ...NEWEST,
  ...EXPLAINED,
  ...OTHERS,
]
