import type { CarbonSourceId, MatchedId } from './carbon.js'
import type { BlockState } from './demand.js'
import type { FlowKind } from './flow.js'

const parts: Readonly<Record<Exclude<FlowKind, 'line'>, string>> = {
  import: 'Grid import',
  onsite: 'On site, net',
  feedback: 'Export and storage, net',
  unmetered: 'Unmetered',
}

const about: Readonly<Record<FlowKind, string>> = {
  import: 'the main meters',
  onsite: 'generation and storage out, less export and storage in',
  line: 'opens the line',
  feedback: 'export and storage in, less generation and storage out',
  unmetered: 'what no submeter sees',
}

const sources: Readonly<Record<CarbonSourceId, string>> = {
  scope2_lb: 'Purchased energy',
  scope1_stationary: 'Stationary combustion',
  scope1_mobile: 'Vehicles',
  scope1_process: 'Process',
  scope1_fugitive: 'Refrigerants',
}

const states: Readonly<Record<Exclude<BlockState, 'normal'>, string>> = {
  limit: 'above the limit',
  warn: 'near the limit',
}

/** The green half of a plant's page: where energy goes, how high demand is, what is emitted. */
export const energy = {
  dataFrom: (time: string) => `data from ${time}`,
  upTo: (what: string, time: string) => `${what} to ${time}`,
  flow: {
    title: 'Energy flow',
    shown: 'Show energy or power',
    units: { kWh: 'Energy kWh', kW: 'Power kW' },
    bus: 'Plant bus',
    parts,
    about,
    part: 'Part',
    side: 'Side',
    source: 'source',
    use: 'use',
    sources: 'Sources',
    uses: 'Uses',
    share: 'Share',
    equal: 'Sources equal uses',
    unequal: (amount: string) => `Sources and uses differ by ${amount}`,
    unchecked: 'No tree of meters to check the sum with',
    negative: (amount: string) => `Submeters count ${amount} more than arrives`,
    uneven: 'Meters know different parts of this time: nothing is taken from each other',
  },
  demand: {
    title: '15-minute demand',
    of: 'grid import, block means',
    highest: 'Highest',
    highestAt: (value: string, times: string) => `highest ${value} · ${times}`,
    ofLimit: (share: string) => `${share} of the limit`,
    loadFactor: 'Load factor',
    powerFactor: 'Power factor',
    notCounted: (count: string) => `Blocks not counted, gap over 20 min: ${count}`,
    notCounting: 'not counted',
    running: 'running',
    warn: (value: string) => `warning ${value}`,
    dayOfHighest: 'day of the highest',
    dayBefore: 'day before',
    forecast: 'forecast',
    states,
  },
  carbon: {
    title: 'Carbon',
    location: 'location-based',
    market: 'market-based',
    sources,
    source: 'Source',
    scopeHead: 'Scope',
    scope: (n: string) => `scope ${n}`,
    meanFactor: 'What was used × kg CO2e for one unit of it, the mean over this time',
    join: ': ',
    setFactor: 'set grid_region of the plant, or a factor of its own under factors, in the configuration.',
    setConfig: 'complete carbon in the configuration of the plant.',
    renewableHow: (part: string, whole: string) => `${part} kWh of ${whole} kWh.`,
    matched: {
      title: 'Clean contracts',
      ways: {
        clean_energy_matched_annual: 'over their period',
        clean_energy_matched_hourly: 'hour by hour',
      } satisfies Readonly<Record<MatchedId, string>>,
    },
    more: (count: string) => `and ${count} more`,
    bars: 'Emissions over time by scope',
    perWindow: (value: string, window: string) => `${value} kg / ${window}`,
  },
  parts: {
    lines: 'Lines',
    devices: 'Energy by device',
    energy: 'Energy',
    online: 'Online',
    lineNote: 'A line opens with the same time.',
    deviceNote: 'A meter may stand behind another: these do not add up to the line.',
  },
  line: {
    title: (line: string) => `Figures of ${line}`,
    unknown: 'There is no such line',
    unknownHint: 'No device of this plant is in it.',
  },
}
