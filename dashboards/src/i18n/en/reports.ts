import type { Confidence } from '../../../../src/base/kpi.js'
import type { ReportGroup } from '../../plant/report.js'

const groups: Readonly<Record<ReportGroup, string>> = {
  emissions: 'Greenhouse gases',
  energy: 'Energy',
  intensity: 'Intensities',
  pollutants: 'Pollutants',
  quality: 'Data quality',
}

const confidences: Readonly<Record<Confidence, string>> = {
  verified: 'read in a public source',
  secondary_source: 'from a secondary source',
  from_memory: 'from memory, not checked',
  project: 'a rule of this product',
}

/** The auditor's door. */
export const reports = {
  groups,
  confidences,
  plant: 'Plant',
  title: (plant: string, period: string) => `${plant}, ${period}`,
  period: (from: string, to: string, zone: string) => `from ${from} to ${to}, ${zone}`,
  running: 'The period is not over: its figures are provisional.',
  figure: 'Figure',
  value: 'Value',
  coverage: 'Coverage',
  estimated: 'Estimated',
  factors: 'Factors',
  state: 'State',
  csv: 'CSV',
  csvTitle: 'The figures as a file, unrounded',
  nothing: 'No figures of this period',
  nothingHint: 'The plant sent nothing that belongs to it, or it lies before the first reading.',
  notYet:
    'Frozen versions, signatures and the evidence bundle are not part of this version. Every figure here can be traced by its formula, its factors and its readings.',
  trace: (name: string) => `Where ${name} comes from`,
  lineage: {
    exact: 'Exactly',
    formula: 'Formula',
    source: 'Source',
    members: 'Made of',
    numerator: 'Numerator',
    denominator: 'Denominator',
    coverage: 'Coverage',
    estimated: 'Estimated',
    factors: 'Factors',
    noFactors: 'none needed',
    flags: 'Flags',
    noFlags: 'none',
    revision: 'Written anew',
    times: (count: string) => `${count} times`,
    nulls: 'Unknown when',
    chart: 'Show as a chart',
  },
  restatements: {
    title: 'Restatements',
    none: 'No final figure of this plant was changed in this period',
    at: 'Changed',
    what: 'Figure and window',
    before: 'Before',
    after: 'After',
    reason: 'Reason',
    failed: 'The restatements could not be read',
    cut: (count: string) => `The first ${count} are shown: there are more. The API has all of them.`,
  },
  failed: 'The figures could not be read',
}
