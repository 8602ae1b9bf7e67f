import type { ForecastReason } from '../../../src/views/wire/forecasts.js'
import type { PeakReason } from '../../../src/views/wire/peak.js'

const reasons: Readonly<Record<Exclude<ForecastReason | PeakReason, ''>, string>> = {
  pending: 'No forecast yet: it is made within minutes.',
  too_short: 'No forecast yet: 28 days have to be known first, and 14 days of forecasts judged.',
  not_better_than_naive: 'Not shown: over its last 28 days this forecast was no better than one that takes no work.',
  no_forecast: 'Not forecast: the series is new, forecasts are off, or there are more series than insight.series_max.',
}

/** Naive forecasts by what the gateway calls them. */
const naive: Readonly<Record<string, string>> = {
  last_value: 'Last value',
  yesterday: 'Yesterday',
  last_week: 'Last week',
  mean_28_days: 'Mean of 28 days',
}

/** The page about what is expected. */
export const outlook = {
  reasons,
  day: {
    title: 'Today, expected and measured',
    series: 'Series',
    mainMeter: 'main meter',
    of: (unit: string) => `${unit} a quarter of an hour`,
    expected: 'Expected',
    measured: 'Measured',
    in50: '50 %',
    in90: '90 %',
    between: (low: string, high: string) => `${low} to ${high}`,
    total: 'Expected of the whole day',
    issued: (issued: string, upTo: string) => `issued ${issued}, of what was known up to ${upTo}`,
    tomorrow: 'Tomorrow is forecast at 00:00.',
    keys: 'Arrow keys move from quarter to quarter.',
    none: 'Nothing of this plant is forecast: it is new, forecasts are off, or there are more series than insight.series_max.',
  },
  score: {
    title: 'How good these forecasts were',
    of: 'root mean squared error (RMSE) over the last 28 days',
    forecast: 'Forecast',
    horizons: { next_interval: 'Next 15 minutes', day_ahead: 'Day ahead, at 00:00' },
    own: 'This one',
    naive,
    covered: (share: string) => `Within ${share} bounds`,
    days: 'Days judged',
    rehearsed: (days: string) => `${days} of them rehearsed`,
    shown: 'shown',
    none: 'Nothing has been judged yet.',
    note: 'Rehearsed: forecast afterwards, of what was known at the time.',
  },
  peak: {
    title: 'Demand against its limit',
    running: (times: string) => `Running block ${times}`,
    limit: 'Limit',
    noLimit: 'No limit is configured: give the target peak_demand_15 a max (plants[].targets).',
    measured: 'Measured so far',
    expected: 'Expected at its end',
    chance: 'Chance to be above the limit',
    atMost: (share: string) => `at most ${share}`,
    atLeast: (share: string) => `at least ${share}`,
    over: 'above the limit already',
    highest: 'Highest expected today',
    rest: 'Rest of the day',
    firstOver: 'First block above the limit',
    inTime: (times: string, lead: string) => `${times}, in ${lead}`,
    nowOver: (times: string) => `${times}, now`,
    noneOver: 'none expected',
    month: 'Highest of the month',
    extra: 'A new highest would cost',
    noExtra: 'no new highest expected',
    sliding: 'Demand is billed by sliding minutes: it may be higher than that of these blocks.',
    note: 'The highest block of a day is known less well than its energy.',
  },
  waiting: {
    title: 'Largest loads: what could wait?',
    of: (times: string) => `submeters, mean of ${times}`,
    meter: 'Submeter',
    line: 'Line',
    power: 'Power',
    share: 'Share of the plant',
    none: 'No submeter of this plant used electricity in that quarter of an hour.',
    unknown: 'Not known: no submeter of this plant has a final figure of the last half-hour.',
    note: 'Whether one of them can wait the gateway does not know. One may stand behind another.',
  },
}
