import type { Measures } from './sources/measures.js'

interface ForecastScrape {
  readonly measures: Pick<Measures, 'forecasts'>
}

/** Metrics of the stage that forecasts. */
export const FORECAST_FAMILIES = [
  {
    name: 'greengauge_forecast_series',
    type: 'gauge' as const,
    help: 'Series that are forecast, or wait for enough history.',
    samples: ({ measures }: ForecastScrape) => [{ value: measures.forecasts.series }],
  },
  {
    name: 'greengauge_forecasts_issued_total',
    type: 'counter' as const,
    help: 'Forecasts issued, by horizon.',
    samples: ({ measures }: ForecastScrape) =>
      Object.entries(measures.forecasts.issued).map(([horizon, value]) => ({ value, labels: { horizon } })),
  },
  {
    name: 'greengauge_forecast_failures_total',
    type: 'counter' as const,
    help: 'Work on the forecasts of a series that failed and is tried again.',
    samples: ({ measures }: ForecastScrape) => [{ value: measures.forecasts.failed }],
  },
  {
    name: 'greengauge_forecast_processor_seconds_total',
    type: 'counter' as const,
    help: 'Processor time of the thread that forecasts; 0 where the system does not tell it.',
    samples: ({ measures }: ForecastScrape) => [{ value: measures.forecasts.processorSeconds }],
  },
  {
    name: 'greengauge_forecast_threads',
    type: 'gauge' as const,
    help: 'Threads that forecast at this moment; none while nothing is due.',
    samples: ({ measures }: ForecastScrape) => [{ value: measures.forecasts.threads }],
  },
]
