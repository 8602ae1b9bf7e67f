import type { ForecastRecordsQuery, ForecastSources, ForecastsQuery } from '../../../src/views/routes/forecasts.js'
import type { ForecastIssue, ForecastItem } from '../../../src/views/wire/forecasts.js'
import { FakeAnomalies } from './fake-anomalies.js'

/** Forecasts in memory. */
export class FakeForecasts extends FakeAnomalies implements ForecastSources {
  forecastItems: ForecastItem[] = []
  forecastIssues: ForecastIssue[] = []
  forecastQueries: ForecastRecordsQuery[] = []

  forecasts({ plant }: ForecastsQuery) {
    return { forecasts: this.forecastItems.filter((item) => item.plant === plant), left_out: 0 }
  }

  async forecastRecords(query: ForecastRecordsQuery): Promise<readonly ForecastIssue[]> {
    this.forecastQueries.push(query)
    return this.forecastIssues.slice(0, query.limit)
  }
}
